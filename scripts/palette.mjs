// A PNG of at most 256 colours: a chart has few, and takes a third of the room.
import { deflateSync } from "node:zlib";

/** The colours that occur most, and the nearest of them for every pixel; `pixels` are red, green, blue and alpha, opaque. */
function indexed(pixels) {
  const counts = new Map();
  for (let k = 0; k < pixels.length; k += 4) {
    const colour = (pixels[k] << 16) | (pixels[k + 1] << 8) | pixels[k + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const palette = [...counts]
    .sort(([a, often], [b, times]) => times - often || a - b)
    .slice(0, 256)
    .map(([colour]) => parts(colour));
  const nearest = new Map();
  for (const colour of counts.keys()) {
    const [r, g, b] = parts(colour);
    let [best, least] = [0, Infinity];
    palette.forEach(([x, y, z], k) => {
      const off = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
      if (off < least) [best, least] = [k, off];
    });
    nearest.set(colour, best);
  }
  const places = new Uint8Array(pixels.length / 4);
  for (let k = 0; k < places.length; k++)
    places[k] = nearest.get((pixels[4 * k] << 16) | (pixels[4 * k + 1] << 8) | pixels[4 * k + 2]);
  return { palette, places };
}
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
/** The bytes of a picture's file. */
export function png({ width, height, pixels }) {
  const { palette, places } = indexed(pixels);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8); // eight bits into a palette
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(places.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
