/* setjmp.h - cmocka wants it included before its own header; WASI has none, and cmocka.h here needs
 * none. */
