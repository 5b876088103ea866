/**
 * A text as a QR code (ISO/IEC 18004): bytes, error correction M or, for long texts, L, versions 1 to 10.
 * Enough for an address of 271 bytes; the picture is drawn elsewhere.
 */

const CODEWORDS = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346];
const LEVELS = [
  { bits: 0, correction: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26], blocks: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5] }, // M
  { bits: 1, correction: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18], blocks: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4] }, // L
];
const ALIGNMENT = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Rows of dark (true) and light modules, or null if the text is too long. @param {string} text */
export function qrCode(text) {
  const bytes = new TextEncoder().encode(text);
  for (const level of LEVELS) {
    for (let version = 1; version <= CODEWORDS.length; version += 1) {
      const words = dataWords(bytes, version, level);
      if (words) return draw(version, level, interleave(words, version, level));
    }
  }
  return null;
}

/** Mode, length, bytes and padding as codewords; null if they do not fit. */
function dataWords(bytes, version, level) {
  const room = CODEWORDS[version - 1] - level.correction[version - 1] * level.blocks[version - 1];
  const lengthBits = version < 10 ? 8 : 16;
  if (4 + lengthBits + bytes.length * 8 > room * 8) return null;
  const bits = [];
  const put = (value, count) => {
    for (let i = count - 1; i >= 0; i -= 1) bits.push((value >> i) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, lengthBits);
  bytes.forEach((byte) => put(byte, 8));
  put(0, Math.min(4, room * 8 - bits.length));
  while (bits.length % 8) bits.push(0);
  for (let pad = 0xec; bits.length < room * 8; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: room }, (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((word, bit) => word * 2 + bit, 0));
}

/** Cut into blocks, add each block's correction words, and take them turn by turn. */
function interleave(words, version, level) {
  const count = level.blocks[version - 1];
  const short = Math.floor(words.length / count);
  const long = words.length % count; // so many blocks, the last ones, have one word more
  let from = 0;
  const blocks = Array.from({ length: count }, (_, i) => words.slice(from, (from += short + (i >= count - long ? 1 : 0))));
  const divisor = generator(level.correction[version - 1]);
  const corrections = blocks.map((block) => remainder(block, divisor));
  const turns = (lists) => Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, i) => lists.flatMap((list) => (i < list.length ? [list[i]] : []))).flat();
  return [...turns(blocks), ...turns(corrections)];
}

/** Product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function times(a, b) {
  let product = 0;
  for (let i = 7; i >= 0; i -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> i) & 1) * a;
  }
  return product;
}

/** Reed-Solomon generator polynomial without its leading one, highest power first. */
function generator(degree) {
  const result = [...new Array(degree - 1).fill(0), 1];
  for (let i = 0, root = 1; i < degree; i += 1, root = times(root, 2)) {
    for (let j = 0; j < degree; j += 1) result[j] = times(result[j], root) ^ (result[j + 1] ?? 0);
  }
  return result;
}

function remainder(words, divisor) {
  const result = new Array(divisor.length).fill(0);
  for (const word of words) {
    const factor = word ^ result.shift();
    result.push(0);
    divisor.forEach((value, i) => (result[i] ^= times(value, factor)));
  }
  return result;
}

function draw(version, level, words) {
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => new Array(size).fill(false));
  const fixed = Array.from({ length: size }, () => new Array(size).fill(false));
  const set = (x, y, value) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y][x] = value;
    fixed[y][x] = true;
  };
  frame(version, size, set);
  drawFormat(0, level, size, set);
  fill(words, size, dark, fixed);
  const candidates = MASKS.map((mask, number) => {
    const masked = dark.map((row, y) => row.map((value, x) => (fixed[y][x] ? value : value !== mask(x, y))));
    drawFormat(number, level, size, (x, y, value) => (masked[y][x] = value));
    return masked;
  });
  return candidates.reduce((best, other) => (penalty(other) < penalty(best) ? other : best));
}

/** Finders, timing lines, alignment marks and version number. */
function frame(version, size, set) {
  for (let i = 0; i < size; i += 1) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  const rings = (cx, cy, reach, light) => {
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += 1) set(cx + dx, cy + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  };
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) rings(x, y, 4, [2, 4]);
  const places = ALIGNMENT[version - 1];
  const last = places.length - 1;
  places.forEach((x, i) => places.forEach((y, j) => {
    const corner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
    if (!corner) rings(x, y, 2, [1]);
  }));
  if (version < 7) return;
  const bits = (version << 12) | bch(version, 12, 0x1f25);
  for (let i = 0; i < 18; i += 1) {
    const [far, near] = [size - 11 + (i % 3), Math.floor(i / 3)];
    set(far, near, ((bits >> i) & 1) === 1);
    set(near, far, ((bits >> i) & 1) === 1);
  }
}

function bch(value, degree, polynomial) {
  let rest = value;
  for (let i = 0; i < degree; i += 1) rest = (rest << 1) ^ ((rest >>> (degree - 1)) * polynomial);
  return rest & ((1 << degree) - 1);
}

function drawFormat(mask, level, size, set) {
  const data = (level.bits << 3) | mask;
  const bits = ((data << 10) | bch(data, 10, 0x537)) ^ 0x5412;
  const bit = (i) => ((bits >> i) & 1) === 1;
  for (let i = 0; i <= 5; i += 1) set(8, i, bit(i));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let i = 9; i < 15; i += 1) set(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i += 1) set(size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i += 1) set(8, size - 15 + i, bit(i));
  set(8, size - 8, true);
}

/** The words in pairs of columns, from the right, up and down by turns. */
function fill(words, size, dark, fixed) {
  let i = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y][x] || i >= words.length * 8) continue;
        dark[y][x] = ((words[i >> 3] >> (7 - (i & 7))) & 1) === 1;
        i += 1;
      }
    }
  }
}

/** Long lines, blocks, and imbalance make a code hard to read: the mask with the least of them is taken. */
function penalty(rows) {
  const size = rows.length;
  let sum = 0;
  let darks = 0;
  for (let a = 0; a < size; a += 1) {
    for (const line of [rows[a], rows.map((row) => row[a])]) {
      let length = 0;
      line.forEach((value, b) => {
        length = b > 0 && value === line[b - 1] ? length + 1 : 1;
        sum += length === 5 ? 3 : length > 5 ? 1 : 0;
      });
    }
    for (let b = 0; b < size; b += 1) {
      darks += Number(rows[a][b]);
      if (a && b && rows[a][b] === rows[a - 1][b] && rows[a][b] === rows[a][b - 1] && rows[a][b] === rows[a - 1][b - 1]) sum += 3;
    }
  }
  return sum + Math.floor(Math.abs((darks * 20) / (size * size) - 10)) * 10;
}
