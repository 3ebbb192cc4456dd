# test_page.sh - runs the tests of the page that page.sh has built: those of its modules under node,
# then the page itself in Chromium. What these look like is left in build/page.
set -eu
unset MAKEFLAGS MAKELEVEL
npm=build/npm
[ -d $npm/node_modules/playwright-core ] || {
  mkdir -p $npm
  npm install --prefix $npm --no-audit --no-fund --no-package-lock playwright-core@1
}
export LENET_PAGE_WASM="$PWD/build-wasm/lenet_page.wasm" LENET_PAGE_HTML="$PWD/build/lenet.html"
export LENET="$PWD/build/lenet" LENET_PLAYWRIGHT="$PWD/$npm/node_modules/playwright-core/index.mjs"
export LENET_SHOTS="$PWD/build/page"
mkdir -p "$LENET_SHOTS"
node --test web/test
node --test web/browser
