// pictures.js - pictures from outside: a file, the clipboard, a drop, the camera.
import { find, toast } from './dom.js';

const LONGEST = 1400; // pixels of the longer side that are read; what is larger is shrunk

function canvasOf(source, width, height) {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = '#fff'; // what is transparent lies on white, as in the library
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// The browser decodes the file and turns it as its EXIF says.
export async function canvasOfFile(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name || 'the picture'}: this browser cannot read it as a picture`);
  }
  try {
    return canvasOf(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

// Calls take(file) for pictures and other(file) for all else, wherever they come from.
export function listenForFiles({ take, other }) {
  const hand = (file) => (file.type.startsWith('image/') ? take : other)(file);
  document.addEventListener('paste', (event) => {
    const file = [...event.clipboardData.files][0];
    if (file) {
      event.preventDefault();
      hand(file);
    }
  });
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('drop');
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) document.body.classList.remove('drop');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('drop');
    for (const file of event.dataTransfer.files) hand(file);
  });
}

// The camera's button, its picture and its end; take(canvas).
export function setUpCamera(take) {
  const box = find('camera-box'), video = find('camera-video');
  let stream = null;

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    box.hidden = true;
  }

  find('camera').addEventListener('click', async () => {
    if (!navigator.mediaDevices?.getUserMedia) {
      toast('This browser gives pages no camera here. Open or paste a picture instead.');
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch (error) {
      toast(`No camera: ${error.message}`);
      return;
    }
    video.srcObject = stream;
    box.hidden = false;
    await video.play();
  });
  find('camera-take').addEventListener('click', () => {
    if (video.videoWidth > 0) take(canvasOf(video, video.videoWidth, video.videoHeight));
    stop();
  });
  find('camera-stop').addEventListener('click', stop);
}
