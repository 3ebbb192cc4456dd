# python.sh LIBRARY - the tests of the Python package, and of the wheel that pip makes of it. Skipped
# without a Python that has NumPy.
set -eu
library=$1
python=
for candidate in python3 /usr/bin/python3; do
  [ -n "$python" ] || ! "$candidate" -c 'import numpy' 2>/dev/null || python=$candidate
done
[ -n "$python" ] || { echo 'skipped: no Python with NumPy' && exit 77; }
"$LENET" version --json >/dev/null 2>&1 || { echo 'skipped: a build without jansson' && exit 77; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -RL "$LENET_SOURCE_DIR/python" "$scratch/python" # Python leaves folders beside its sources
cd "$scratch/python"
unset LENET_DATA || true
LENET_LIBRARY=$library PYTHONPATH=$PWD "$python" -W error -m unittest discover -s tests

has() { "$python" -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec(sys.argv[1]))' "$1"; }
has pip && has setuptools && has wheel || { echo 'no pip, setuptools or wheel: no wheel was made' && exit 0; }
"$python" -m pip -q wheel --no-deps --no-build-isolation --no-index --disable-pip-version-check \
  -w "$scratch/wheel" . >"$scratch/wheel.log" 2>&1 || { cat "$scratch/wheel.log" && exit 1; }
version=$("$LENET" --version | cut -d' ' -f2)
mkdir "$scratch/site"
cd "$scratch/site"
"$python" -m zipfile -e "$scratch/wheel/lenet-$version-py3-none-any.whl" .
for file in __init__ _native _model _pictures _training; do [ -f "lenet/$file.py" ]; done
[ -f lenet/py.typed ]
[ -f "lenet-$version.dist-info/LICENSE" ]
grep -q "^Requires-Dist: numpy" "lenet-$version.dist-info/METADATA"

# Beside the package the library is found without being named; a wrong one is said to be so.
unset LENET_LIBRARY || true
cp "$library" lenet/liblenet.so
[ "$("$python" -c 'import lenet; print(lenet.load().classes)')" = 10 ]
echo x >lenet/liblenet.so
"$python" -c 'import lenet' 2>&1 | grep -q 'ImportError: .*is no liblenet'
LENET_LIBRARY=/missing.so "$python" -c 'import lenet' 2>&1 | grep -q 'ImportError: /missing.so is no'
rm lenet/liblenet.so
"$python" -c 'import ctypes.util, sys; sys.exit(ctypes.util.find_library("lenet") is None)' ||
  "$python" -c 'import lenet' 2>&1 | grep -q 'ImportError: liblenet was not found'
