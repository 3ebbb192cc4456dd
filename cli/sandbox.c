/* sandbox.c - Landlock (landlock(7)) and seccomp (seccomp(2)) by the kernel's own calls. */
#define _GNU_SOURCE /* O_PATH, syscall */
#include "sandbox.h"

#if defined __linux__ && !LENET_NO_SANDBOX

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of linux/seccomp.h, which not all C libraries come with, as linux/filter.h. */
#if defined __has_include
#if __has_include(                                                                                 \
    <linux/seccomp.h>) && __has_include(<linux/filter.h>) && __has_include(<linux/audit.h>)
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#if defined __x86_64__ && !defined __ILP32__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MACHINE AUDIT_ARCH_AARCH64
#endif
#endif
#endif

/* ------------------------------------------------------------------ Landlock -------------- */

/* linux/landlock.h as of version 6, by number, since headers are older than kernels; the calls have
 * the same numbers on all machines. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

enum {
  EXECUTE = 1 << 0,
  WRITE_FILE = 1 << 1,
  REMOVE_DIR = 1 << 4,
  REMOVE_FILE = 1 << 5,
  MAKE_REG = 1 << 8,
  MAKE_ALL = 0x7f << 6, /* devices, folders, files, sockets, pipes, links */
  REFER = 1 << 13,      /* from version 2: rename into another folder */
  TRUNCATE = 1 << 14    /* from version 3 */
};
enum { BIND_TCP = 1 << 0, CONNECT_TCP = 1 << 1 };                 /* from version 4 */
enum { SCOPE_ABSTRACT_SOCKETS = 1 << 0, SCOPE_SIGNALS = 1 << 1 }; /* from version 6 */

struct ruleset {
  uint64_t files, network, scope;
};

struct __attribute__((packed)) path_beneath {
  uint64_t allowed;
  int32_t folder;
};

static int landlock_version(void)
{
  const long version = syscall(CREATE_RULESET, NULL, (size_t)0, RULESET_VERSION);
  return version > 0 ? (int)version : 0;
}

static void allow_folder(int ruleset, const char *folder, uint64_t handled)
{
  struct path_beneath rule = {.allowed = handled & (WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE),
                              .folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (rule.folder < 0)
    return;
  syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
  close(rule.folder);
}

static void enter_landlock(const char *const *folder, int count)
{
  const int version = landlock_version();
  struct ruleset rules = {.files = EXECUTE | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_ALL};
  size_t size = sizeof rules.files;
  if (version == 0)
    return;
  if (version >= 2)
    rules.files |= REFER;
  if (version >= 3)
    rules.files |= TRUNCATE;
  if (version >= 4) {
    rules.network = BIND_TCP | CONNECT_TCP;
    size = offsetof(struct ruleset, scope);
  }
  if (version >= 6) {
    rules.scope = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS;
    size = sizeof rules;
  }
  const int ruleset = (int)syscall(CREATE_RULESET, &rules, size, 0);
  if (ruleset < 0)
    return;
  for (int i = 0; i < count; i++)
    allow_folder(ruleset, folder[i], rules.files);
  syscall(RESTRICT_SELF, ruleset, 0);
  close(ruleset);
}

/* ------------------------------------------------------------------ seccomp --------------- */

#ifdef MACHINE

/* Calls that get EPERM. io_uring makes others past the filter; who may do what with a file, and
 * what is noted beside it, Landlock does not know. Not all machines have all of them. */
static const unsigned denied[] = {
    SYS_execve,
    SYS_execveat,
    SYS_socket,
    SYS_socketpair,
    SYS_io_uring_setup,
#ifdef SYS_chmod
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
#endif
    SYS_fchmod,
    SYS_fchmodat,
    452, /* fchmodat2, which headers are older than */
    SYS_fchown,
    SYS_fchownat,
    SYS_utimensat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    463, /* setxattrat */
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    466, /* removexattrat */
};
enum { DENIED = sizeof denied / sizeof *denied, HEAD = 4, LENGTH = HEAD + DENIED + 2 };

/* Calls by another machine's numbers are denied too: x86-64 has those of i386, and x32's from 2^30
 * on. */
static void enter_seccomp(void)
{
  struct sock_filter filter[LENGTH] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 0, LENGTH - 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 1u << 30, LENGTH - 5, 0),
  };
  for (unsigned char i = 0; i < DENIED; i++)
    filter[HEAD + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, denied[i],
                                                    (unsigned char)(DENIED - i), 0);
  filter[LENGTH - 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[LENGTH - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  const struct sock_fprog program = {.len = LENGTH, .filter = filter};
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static bool has_seccomp(void) { return prctl(PR_GET_SECCOMP) >= 0; }

#else

static void enter_seccomp(void) {}

static bool has_seccomp(void) { return false; }

#endif

/* ------------------------------------------------------------------ both ------------------ */

cli_sandbox cli_sandbox_offered(void)
{
  return (cli_sandbox){.landlock = landlock_version(), .seccomp = has_seccomp()};
}

void cli_sandbox_enter(const char *const *folder, int count)
{
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) /* without which neither can be had */
    return;
  enter_landlock(folder, count);
  enter_seccomp();
}

#else

cli_sandbox cli_sandbox_offered(void) { return (cli_sandbox){.landlock = 0}; }

void cli_sandbox_enter(const char *const *folder, int count) { (void)folder, (void)count; }

#endif
