import assert from "node:assert/strict";
import { test } from "node:test";
import { qrCode } from "../../static/lib/qr.js";

/** Recorded once, after an independent reader (OpenCV) had read it back as the text. */
const RECORDED = `
1111111001001001101111111
1000001011100101001000001
1011101001001010101011101
1011101000001000101011101
1011101010101001101011101
1000001000110101001000001
1111111010101010101111111
0000000000110100000000000
1010101000001111000010010
0110000000011110011100001
1001011000001010010010111
0001000010101101111100010
1010101100001110001101011
0100100011011000001101001
1010111011011100101110111
0111100000101110110101010
1001011010010011111111000
0000000010110001100011111
1111111000100101101010011
1000001000010001100011000
1011101011001000111110011
1011101001011101010010100
1011101010111010100011001
1000001000101110101011010
1111111011110010100100011
`;

test("the code of a class's address is the one a reader could read", () => {
  const code = qrCode("http://10.0.0.5:8000/").map((row) => row.map(Number).join(""));
  assert.equal(code.join("\n"), RECORDED.trim());
});

test("a longer text needs a larger code, one too long has none", () => {
  const sizes = [10, 30, 100, 200, 271].map((length) => qrCode("a".repeat(length)).length);
  assert.deepEqual(sizes, [21, 29, 41, 57, 57]);
  assert.equal(qrCode("a".repeat(272)), null);
});

test("three corners have a finder", () => {
  const code = qrCode("http://10.0.0.5:8000/");
  const ring = (x, y) => code.slice(y, y + 7).map((row) => row.slice(x, x + 7).map(Number).join(""));
  const finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];
  const far = code.length - 7;
  for (const [x, y] of [[0, 0], [far, 0], [0, far]]) assert.deepEqual(ring(x, y), finder);
});
