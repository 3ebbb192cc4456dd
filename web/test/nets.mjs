// Networks and values that the tests of the views share.

const layer = (name, kind, maps, side, activation = 'tanh') =>
  ({ name, kind, maps, rows: side, columns: side, activation });

export const paper = {
  name: 'lenet5-1998', inputRows: 32, inputColumns: 32,
  layers: [
    layer('C1', 'conv', 6, 28), layer('S2', 'subsample', 6, 14), layer('C3', 'conv', 16, 10),
    layer('S4', 'subsample', 16, 5), layer('C5', 'conv', 120, 1), layer('F6', 'dense', 84, 1),
    layer('RBF', 'rbf', 10, 1, 'none'),
  ],
};

export const modern = {
  name: 'lenet5-modern', inputRows: 28, inputColumns: 28,
  layers: [
    layer('C1', 'conv', 16, 26, 'relu'), layer('C2', 'conv', 16, 24, 'relu'),
    layer('P3', 'pool', 16, 12), layer('C4', 'conv', 32, 10, 'relu'),
    layer('C5', 'conv', 32, 8, 'relu'), layer('P6', 'pool', 32, 4),
    layer('F7', 'dense', 64, 1, 'relu'), layer('F8', 'dense', 64, 1, 'relu'),
    layer('F9', 'dense', 10, 1, 'none'),
  ],
};

export const odd = {
  name: 'odd <&>', inputRows: 20, inputColumns: 45,
  layers: [layer('C1', 'conv', 7, 9), layer('F2', 'dense', 97, 1), layer('F3', 'dense', 47, 1)],
};

/** Values of which no two in a layer are the same. */
export const countedValues = (net) => ({
  input: Float32Array.from({ length: net.inputRows * net.inputColumns }, (_, i) => (i % 7) / 6),
  layers: net.layers.map(({ maps, rows, columns }) =>
    Float32Array.from({ length: maps * rows * columns }, (_, i) => i - 20)),
});

/** Every unit of a card. */
export function unitsOf(card, unitAt) {
  const units = [];
  for (let row = 0; row < card.rows; row++)
    for (let column = 0; column < card.columns; column++) {
      const unit = unitAt(card, row, column);
      if (unit) units.push(unit);
    }
  return units;
}
