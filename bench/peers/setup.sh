# setup.sh - installs the peers of bench/peers/compare.py that are not here.
#
#   sh bench/peers/setup.sh
#
# On Debian and Ubuntu, as root or with a sudo that asks nothing, through apt-get and npm; else it
# prints the commands. Packages go into the system, ONNX Runtime into bench/peers/node_modules.
# PyTorch computes its dense rows by the system's BLAS, which without OpenBLAS is a slow one.
set -u
cd "$(dirname "$0")" || exit 1

say() { echo "lenet: $*" >&2; }
is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

lacking=
if command -v dpkg-query >/dev/null; then
  for package in python3-torch libopenblas0-pthread python3-onnx libdnnl-dev tesseract-ocr \
    tesseract-ocr-eng; do
    is_installed "$package" || lacking="$lacking $package"
  done
fi
command -v node >/dev/null || lacking="$lacking nodejs"
command -v npm >/dev/null || lacking="$lacking npm"

sudo=
[ "$(id -u)" = 0 ] || sudo='sudo -n'
status=0
if [ -n "$lacking" ]; then
  if command -v apt-get >/dev/null && { [ -z "$sudo" ] || sudo -n true 2>/dev/null; }; then
    say "installing through apt-get, some 600 MB:$lacking"
    apt="$sudo env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends
      -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0"
    { $apt update && $apt install $lacking; } >&2 </dev/null || {
      say 'the installation failed'
      status=1
    }
  else
    say "to install by hand: sudo apt-get install$lacking"
    status=1
  fi
fi

if [ ! -d node_modules/onnxruntime-node ]; then
  if command -v npm >/dev/null; then
    say 'installing onnxruntime-node through npm into bench/peers/node_modules, some 300 MB'
    # Its install script fetches what graphics cards need; the rest is in the package.
    npm install --ignore-scripts --no-package-lock --no-fund --no-audit >&2 </dev/null || {
      say 'the installation failed'
      status=1
    }
  else
    say 'then: npm install --ignore-scripts --prefix bench/peers'
    status=1
  fi
fi
[ "$status" -ne 0 ] || say "all peers are here: 'make bench' measures them"
exit "$status"
