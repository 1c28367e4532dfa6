// Writes ONNX models: the few messages of its protocol buffers that a graph needs. Numbers of fields: onnx.proto of ONNX 1.17.

const encoder = new TextEncoder();

function varint(value) {
  const out = [];
  for (let left = BigInt.asUintN(64, BigInt(value)); ; left >>= 7n) {
    if (left < 128n) return Uint8Array.from([...out, Number(left)]);
    out.push(Number(left & 127n) | 128);
  }
}

function joined(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const whole = (field, value) => joined([varint(field << 3), varint(value)]);
const bytes = (field, value) => joined([varint((field << 3) | 2), varint(value.length), value]);
const text = (field, value) => bytes(field, encoder.encode(value));
const float = (field, value) => joined([varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]);

export const kFloat = 1;
export const kInt8 = 3;
export const kInt64 = 7;
export const kBool = 9;

const typeOf = (values) =>
  values instanceof Float32Array ? kFloat : values instanceof Int8Array ? kInt8
    : values instanceof BigInt64Array ? kInt64 : kBool;

function attribute(name, value) {
  // A whole number of an attribute that is a float is written as {float: 1}.
  if (value instanceof Graph) return joined([text(1, name), bytes(6, value.encoded()), whole(20, 5)]);
  if (typeof value === 'object' && 'float' in value) return joined([text(1, name), float(2, value.float), whole(20, 1)]);
  if (Array.isArray(value)) return joined([text(1, name), ...value.map((v) => whole(8, v)), whole(20, 7)]);
  return joined([text(1, name), whole(3, value), whole(20, 2)]);
}

function valueInfo(name, type, dims) {
  const shape = joined(dims.map((dim) => bytes(1, typeof dim === 'string' ? text(2, dim) : whole(1, dim))));
  return joined([text(1, name), bytes(2, bytes(1, joined([whole(1, type), bytes(2, shape)])))]);
}

let names = 0;

export class Graph {
  constructor() {
    this.parts = [text(2, 'graph')];
  }

  // Adds a node and returns the names of its outputs, or the name if there is one. Names of outputs are made up unless given.
  node(op, inputs, {domain = '', outputs = 1, ...attributes} = {}) {
    const made = Array.isArray(outputs) ? outputs : Array.from({length: outputs}, () => `v${names++}`);
    this.parts.push(bytes(1, joined([
      ...inputs.map((name) => text(1, name)), ...made.map((name) => text(2, name)), text(3, `n${names++}`), text(4, op),
      ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))), text(7, domain)])));
    return made.length === 1 ? made[0] : made;
  }

  constant(values, dims) {
    const name = `c${names++}`;
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.parts.push(bytes(5, joined([...dims.map((dim) => whole(1, dim)), whole(2, typeOf(values)), text(8, name), bytes(9, raw)])));
    return name;
  }

  input(name, type, dims) {
    this.parts.push(bytes(11, valueInfo(name, type, dims)));
    return name;
  }

  output(name, type, dims) {
    this.parts.push(bytes(12, valueInfo(name, type, dims)));
  }

  encoded() {
    return joined(this.parts);
  }

  // The model as a file would hold it.
  model() {
    const operators = [['', 17], ['com.microsoft', 1]];
    return joined([whole(1, 8), bytes(7, this.encoded()),
      ...operators.map(([domain, version]) => bytes(8, joined([text(1, domain), whole(2, version)])))]);
  }
}
