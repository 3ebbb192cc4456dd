// loader.js - unpacks what the page carries, gzip in base64, and starts it.

async function unpack(id) {
  const text = atob(document.getElementById(id).textContent.trim());
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream);
}

async function start() {
  // The module compiles while the scripts are unpacked and run.
  globalThis.lenetModule = unpack('core').then((core) => core.arrayBuffer()).then(WebAssembly.compile);
  globalThis.lenetWorker = async () => (await unpack('worker')).text();
  const script = document.createElement('script');
  script.textContent = await (await unpack('app')).text();
  document.body.append(script);
}

start().catch((error) => {
  document.getElementById('loading').textContent =
    `This page needs a browser of 2023 or later, with WebAssembly: ${error.message}`;
});
