// pad.js - a sheet to draw on. Strokes are kept as points, so that they can be taken back; beneath them
// may lie a picture. Dark ink on white paper, whatever the theme.

// onChange() is called after each event that changes the sheet.
export function createPad(canvas, { pen, onChange }) {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let strokes = [], drawing = null, ground = null;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width,
      ((event.clientY - box.top) / box.height) * canvas.height];
  };

  function drawStroke({ width, points }) {
    context.lineWidth = width;
    context.lineCap = context.lineJoin = 'round';
    context.strokeStyle = context.fillStyle = '#111';
    context.beginPath();
    const [first, ...rest] = points;
    if (rest.length === 0) {
      context.arc(first[0], first[1], width / 2, 0, 7);
      context.fill();
      return;
    }
    context.moveTo(...first);
    for (const point of rest) context.lineTo(...point);
    context.stroke();
  }

  function drawGround() {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (!ground) return;
    const scale = Math.min(canvas.width / ground.width, canvas.height / ground.height);
    const width = ground.width * scale, height = ground.height * scale;
    context.imageSmoothingQuality = 'high';
    context.drawImage(ground, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  }

  function redraw() {
    drawGround();
    strokes.forEach(drawStroke);
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    drawing = { id: event.pointerId, stroke: { width: pen(), points: [place(event)] } };
    strokes.push(drawing.stroke);
    drawStroke(drawing.stroke);
    onChange();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!drawing || event.pointerId !== drawing.id) return;
    const events = event.getCoalescedEvents?.() ?? [];
    const { width, points } = drawing.stroke, from = points.at(-1);
    for (const e of events.length ? events : [event]) points.push(place(e));
    drawStroke({ width, points: [from, ...points.slice(points.indexOf(from) + 1)] });
    onChange();
  });
  const end = (event) => {
    if (drawing && event.pointerId === drawing.id) drawing = null;
  };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);

  redraw();
  return {
    clear() { strokes = []; ground = null; redraw(); onChange(); },
    undo() {
      if (strokes.length > 0) strokes.pop();
      else ground = null;
      redraw();
      onChange();
    },
    // A picture (anything that drawImage takes) under fresh strokes.
    setGround(picture) { strokes = []; ground = picture; redraw(); onChange(); },
    isEmpty: () => strokes.length === 0 && !ground,
    hasStrokes: () => strokes.length > 0,
    image: () => context.getImageData(0, 0, canvas.width, canvas.height),
  };
}

// A digit of 28x28, 0 paper .. 255 ink, as a canvas of dark ink on white.
export function canvasOfDigit(pixels, side = 28) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const image = new ImageData(side, side);
  for (let i = 0; i < side * side; i++)
    image.data.set([255 - pixels[i], 255 - pixels[i], 255 - pixels[i], 255], 4 * i);
  canvas.getContext('2d', { willReadFrequently: true }).putImageData(image, 0, 0);
  return canvas;
}
