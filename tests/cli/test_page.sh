# test_page.sh - `lenet page`: the page where the build has one, else a message that says how to get it.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"

refuses 2 'a file is missing' page
refuses 2 'one file at a time' page a.html b.html
if "$LENET" page - >page.html 2>message; then
  head -c 15 page.html | grep -q '<!doctype html>' || fail 'that is no page'
  [ "$(wc -c <page.html)" -le 700000 ] || fail 'the page has more than 700,000 bytes'
  ! grep -qE '(src|href)="?(https?:)?//' page.html || fail 'the page fetches something'
  exits 0 page other.html
  says err 'to be opened in a browser'
  same page.html other.html
  echo mine >mine.txt
  refuses 2 'FILE.html: mine.txt is there and is no HTML page' page mine.txt
  refuses 2 'FILE.html: /nowhere/x.html: the folder' page /nowhere/x.html
else
  says message "'make page' builds one"
  refuses 1 'built without the page' page page.html
  [ ! -e page.html ] || [ ! -s page.html ] || fail 'a page of nothing'
fi
