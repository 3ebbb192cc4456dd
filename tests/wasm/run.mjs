// run.mjs - runs a test program that was built for WASI, one test after another.
//
//   node run.mjs PROGRAM.wasm
//
// The program reads $LENET_SOURCE_DIR, may not write there, and has a /tmp of its own. Ends with 1
// where a test fails or there are none; cmocka.h beside this file tells how they are counted.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';

const SKIPPED = 77, PASSED = 100; // cmocka.h
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const source = process.env.LENET_SOURCE_DIR;
const temporary = mkdtempSync(join(tmpdir(), 'lenet-wasm-'));

// The calls that change files, and which of their arguments are descriptors of folders.
const CHANGES = {
  path_create_directory: [0], path_remove_directory: [0], path_unlink_file: [0],
  path_filestat_set_times: [0], path_rename: [0, 3], path_link: [4], path_symlink: [2],
};
const SOURCE_FOLDER = 4, READ_ONLY = 69; // the second folder of `preopens`; ERRNO_ROFS
const CREATES_OR_EMPTIES = 1 | 8, RIGHT_TO_WRITE = 64n; // arguments 4 and 5 of path_open

function protectSource(calls) {
  // Each call goes through a function of ours. From compiled code V8 calls some of Node 20's directly, and
  // these must not collect garbage, but do where a test takes much memory: the heap is spoilt, or abort().
  const kept = {};
  for (const name of Object.keys(calls))
    kept[name] = (...given) => calls[name](...given);
  for (const [name, folders] of Object.entries(CHANGES))
    kept[name] = (...given) =>
      folders.some((i) => given[i] === SOURCE_FOLDER) ? READ_ONLY : calls[name](...given);
  kept.path_open = (...given) =>
    given[0] === SOURCE_FOLDER && (given[4] & CREATES_OR_EMPTIES || given[5] & RIGHT_TO_WRITE)
      ? READ_ONLY : calls.path_open(...given);
  return kept;
}

// The exit code of test `number`.
function run(number) {
  const wasi = new WASI({
    version: 'preview1',
    args: [process.argv[2]],
    env: { ...process.env, TMPDIR: '/tmp', LENET_TEST_NUMBER: String(number) },
    preopens: source ? { '/tmp': temporary, [source]: source } : { '/tmp': temporary },
    returnOnExit: true,
  });
  const calls = protectSource(wasi.wasiImport);
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: calls });
  try {
    return wasi.start(instance);
  } catch (error) {
    console.log(error.stack); // a trap
    return 1;
  }
}

let passed = 0, skipped = 0, failed = 0;
for (let code, number = 0; (code = run(number)) !== 0; number++) {
  passed += code === PASSED;
  skipped += code === SKIPPED;
  failed += code !== PASSED && code !== SKIPPED;
}
rmSync(temporary, { recursive: true });
console.log(`${passed} passed, ${skipped} skipped, ${failed} failed`);
process.exitCode = failed > 0 || passed + skipped === 0 ? 1 : 0;
