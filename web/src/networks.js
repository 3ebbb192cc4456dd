// networks.js - networks that come into the page while it is open: trained here, or from a file.

const LONGEST_NAME = 40;
const MOST_OPEN = 6; // of files and this page's own; the module has room for 8, one is for trying notations
const USUAL_SIDES = [28, 32]; // of inputs: pictures have 28x28 pixels, the paper's border makes 32

// Throws where the page could not show what `network` says of its pictures.
export function checkReadsDigits({ inputRows, inputColumns, classes }) {
  const [least, most] = USUAL_SIDES;
  for (const side of [inputRows, inputColumns])
    if (side < least || side > most)
      throw new Error(`it reads ${inputRows}x${inputColumns} pixels; this page has ${least}x${least}, and a border up to ${most}x${most}`);
  if (classes !== 10) throw new Error(`it has ${classes} classes; digits are 10`);
}

// `name`, or `name 2` and so on where another network has it.
export function freeName(networks, name) {
  const short = name.slice(0, LONGEST_NAME);
  let free = short;
  for (let i = 2; networks.some((n) => n.name === free); i++) free = `${short} ${i}`;
  return free;
}

// Throws where a network from outside would leave no room for one that is trained here.
export function checkRoom(networks) {
  if (networks.length >= MOST_OPEN) throw new Error(`${networks.length} networks are open; remove one first`);
}

export function addNetwork(store, network) {
  store.set({ networks: [...store.state.networks, network], network });
}

// Takes a network out of the page; whoever shows it is told before its memory goes.
export function removeNetwork(store, core, network) {
  const networks = store.state.networks.filter((n) => n !== network);
  store.set({ networks, network: store.state.network === network ? networks[0] : store.state.network });
  store.flush();
  core.close(network);
}
