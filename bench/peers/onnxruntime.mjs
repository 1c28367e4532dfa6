#!/usr/bin/env node
// ONNX Runtime as a peer of `trm bench --suite speed`: supervision steps of a TRM on its CPU provider.
//
// The suite starts this program and asks it line by line; README.md has the protocol. The package onnxruntime-node is where
// tools/peers has put it, build/peers, or in the folder that TRM_ONNXRUNTIME names.
//
// The graph of a step uses the operators into which ONNX Runtime fuses such networks: attention, rotation, norm with its
// residual, SiLU. Weights of q, k, v, gate and up are matrices of their own, so that nothing has to be split. Types: fp32; int8,
// quantised as its own tool does it dynamically: activations to unsigned bytes when they are there, weights to signed bytes
// with one scale for each output.

import {closeSync, existsSync, openSync, readSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {Graph, kBool, kFloat, kInt64} from './onnx_graph.mjs';

const MICROSOFT = {domain: 'com.microsoft'};

class Unsupported extends Error {}

// A file of tensors: those that are asked for, by their names without the published prefix, and the configuration of the model.
class CaseFile {
  constructor(path) {
    this.path = path;
    const size = Number(this.read(0, 8).readBigUInt64LE(0));
    this.header = JSON.parse(this.read(8, size).toString());
    this.start = 8 + size;
    this.config = JSON.parse(this.header.__metadata__.config);
  }

  read(at, size) {
    const out = Buffer.alloc(size);
    const file = openSync(this.path, 'r');
    try {
      if (readSync(file, out, 0, size, at) !== size) throw new Error(`${this.path} ends early`);
    } finally {
      closeSync(file);
    }
    return out;
  }

  tensor(name) {
    const {dtype, shape, data_offsets: [begin, end]} = this.header[name] ?? this.header['model.inner.' + name];
    const {buffer, byteOffset} = this.read(this.start + begin, end - begin);
    const values = buffer.slice(byteOffset, byteOffset + end - begin);
    return {shape, values: dtype === 'I32' ? new Int32Array(values) : new Float32Array(values)};
  }

  shape(name) {
    return (this.header[name] ?? this.header['model.inner.' + name]).shape;
  }
}

// Rows [first, first + count) of a matrix (out, in) as a matrix (in, out), as MatMul reads it.
function transposedRows({shape: [, width], values}, first, count) {
  const out = new Float32Array(count * width);
  for (let o = 0; o < count; ++o) {
    for (let i = 0; i < width; ++i) out[i * count + o] = values[(first + o) * width + i];
  }
  return out;
}

// The step of a model as a graph: states in, states and logits out, for any number of puzzles.
class StepGraph {
  constructor(file, type) {
    const {config, config: {model}} = file;
    for (const [field, wanted] of [['puzzle_emb_ndim', 0], ['puzzle_emb_len', 0], ['conv_kernel', 0]]) {
      if (model[field] !== wanted) throw new Unsupported(`${field} ${model[field]}`);
    }
    if (config.arch !== 'trm' || model.pos_encodings === 'learned') {
      throw new Unsupported(`arch ${config.arch} with pos_encodings ${model.pos_encodings}`);
    }
    Object.assign(this, {file, model, type});
    this.positions = file.shape('inputs')[1];
    this.width = model.hidden_size;
    this.graph = new Graph();
    this.layers = [];
    for (let i = 0; i < model.L_layers; ++i) this.layers.push(this.weightsOfLayer(`L_level.layers.${i}.`));
    this.rotation = model.mlp_t || model.pos_encodings !== 'rope' ? null : this.rotationTables();
  }

  scalar(value) {
    return this.graph.constant(BigInt64Array.of(BigInt(value)), []);
  }

  // A linear layer of some rows of a matrix, as matmul() takes it.
  linear(name, first = 0, count = this.file.shape(name)[0]) {
    const width = this.file.shape(name)[1];
    const values = transposedRows(this.file.tensor(name), first, count);
    if (this.type === 'fp32') return {values: this.graph.constant(values, [width, count])};
    const scales = new Float32Array(count);
    for (let i = 0; i < values.length; ++i) scales[i % count] = Math.max(scales[i % count], Math.abs(values[i]));
    for (let o = 0; o < count; ++o) scales[o] = (scales[o] || 1) / 127;
    const bytes = Int8Array.from(values, (v, i) => Math.round(v / scales[i % count]));
    return {
      values: this.graph.constant(bytes, [width, count]),
      scales: this.graph.constant(scales, [count]),
      zero: this.graph.constant(new Int8Array(1), []),
    };
  }

  gated(prefix) {
    const inner = this.file.shape(prefix + 'down_proj.weight')[1];
    return {
      gate: this.linear(prefix + 'gate_up_proj.weight', 0, inner),
      up: this.linear(prefix + 'gate_up_proj.weight', inner, inner),
      down: this.linear(prefix + 'down_proj.weight'),
    };
  }

  weightsOfLayer(prefix) {
    const out = {mlp: this.gated(prefix + 'mlp.')};
    if (this.model.mlp_t) {
      out.across = this.gated(prefix + 'mlp_t.');
      out.acrossOnes = this.ones(this.positions);
    } else {
      const size = this.file.shape(prefix + 'self_attn.o_proj.weight')[1];
      [out.q, out.k, out.v] = [0, 1, 2].map((part) => this.linear(prefix + 'self_attn.qkv_proj.weight', part * size, size));
      out.o = this.linear(prefix + 'self_attn.o_proj.weight');
    }
    out.ones = this.ones(this.width);
    return out;
  }

  ones(count) {
    return this.graph.constant(new Float32Array(count).fill(1), [count]);
  }

  rotationTables() {
    const half = this.width / this.model.num_heads / 2;
    const angle = (i) => Math.floor(i / half) * this.model.rope_theta ** (-(i % half) / half);
    const table = (f) => this.graph.constant(
      Float32Array.from({length: this.positions * half}, (_, i) => f(angle(i))), [this.positions, half]);
    return {first: this.graph.constant(BigInt64Array.of(0n), [1]), cos: table(Math.cos), sin: table(Math.sin)};
  }

  // Products of one input with several matrices: its bytes are made once.
  matmul(graph, x, weights) {
    if (this.type === 'fp32') return weights.map((w) => graph.node('MatMul', [x, w.values]));
    const [bytes, scale, zero] = graph.node('DynamicQuantizeLinear', [x], {outputs: 3});
    return weights.map((w) => {
      const sums = graph.node('MatMulInteger', [bytes, w.values, zero, w.zero]);
      return graph.node('Mul', [graph.node('Cast', [sums], {to: kFloat}), graph.node('Mul', [scale, w.scales])]);
    });
  }

  swiglu(graph, x, {gate, up, down}) {
    const [g, u] = this.matmul(graph, x, [gate, up]);
    const silu = graph.node('QuickGelu', [g], {...MICROSOFT, alpha: {float: 1}});
    return this.matmul(graph, graph.node('Mul', [silu, u]), [down])[0];
  }

  residualNorm(graph, x, added, ones) {
    return graph.node('SkipSimplifiedLayerNormalization', [x, added, ones], {...MICROSOFT, epsilon: {float: this.model.rms_norm_eps}});
  }

  attention(graph, x, layer) {
    let [q, k, v] = this.matmul(graph, x, [layer.q, layer.k, layer.v]);
    if (this.rotation !== null) {
      const {first, cos, sin} = this.rotation;
      [q, k] = [q, k].map((part) => graph.node('RotaryEmbedding', [part, first, cos, sin], MICROSOFT));
    }
    const heads = graph.node('MultiHeadAttention', [q, k, v], {...MICROSOFT, num_heads: this.model.num_heads});
    return this.matmul(graph, heads, [layer.o])[0];
  }

  evaluate(graph, z) {
    for (const layer of this.layers) {
      if (this.model.mlp_t) {
        const turned = graph.node('Transpose', [z], {perm: [0, 2, 1]});
        const mixed = this.residualNorm(graph, turned, this.swiglu(graph, turned, layer.across), layer.acrossOnes);
        z = graph.node('Transpose', [mixed], {perm: [0, 2, 1]});
      } else {
        z = this.residualNorm(graph, z, this.attention(graph, z, layer), layer.ones);
      }
      z = this.residualNorm(graph, z, this.swiglu(graph, z, layer.mlp), layer.ones);
    }
    return z;
  }

  // A loop whose body makes the next states of the ones before; the weights belong to the graph around it.
  loop(graph, times, states, body) {
    const inner = new Graph();
    inner.input('iteration' + times, kInt64, []);
    const go = inner.input('go' + times, kBool, []);
    const before = states.map((_, i) => inner.input(`before${times}_${i}`, kFloat, ['puzzles', this.positions, this.width]));
    const after = body(inner, before);
    inner.output(inner.node('Identity', [go]), kBool, []);
    for (const name of after) inner.output(name, kFloat, ['puzzles', this.positions, this.width]);
    const out = graph.node('Loop', [this.scalar(times), '', ...states], {outputs: states.length, body: inner});
    return Array.isArray(out) ? out : [out];
  }

  // Bytes of the model. Loops, because ONNX Runtime packs the weights of each node of a graph for itself: unrolled, 21
  // evaluations would read 21 copies.
  build() {
    const {graph, model, file} = this;
    const shape = ['puzzles', this.positions, this.width];
    graph.input('inputs', kInt64, ['puzzles', this.positions]);
    const high = graph.input('high', kFloat, shape), low = graph.input('low', kFloat, shape);
    const scale = Math.sqrt(this.width);
    const table = file.tensor('embed_tokens.embedding_weight');
    const x = graph.node('Gather', [graph.constant(table.values.map((v) => v * scale), table.shape), 'inputs']);
    const [nextHigh, nextLow] = this.loop(graph, model.H_cycles, [high, low], (cycle, [z, l]) => {
      const injected = cycle.node('Add', [z, x]);
      const [thought] = this.loop(cycle, model.L_cycles, [l],
        (inner, [before]) => [this.evaluate(inner, inner.node('Add', [before, injected]))]);
      return [this.evaluate(cycle, cycle.node('Add', [z, thought])), cycle.node('Identity', [thought])];
    });
    graph.node('Identity', [nextHigh], {outputs: ['next_high']});
    graph.node('Identity', [nextLow], {outputs: ['next_low']});
    const [logits] = this.matmul(graph, 'next_high', [this.linear('lm_head.weight')]);
    graph.node('Identity', [logits], {outputs: ['logits']});
    const first = graph.node('Gather', ['next_high', this.scalar(0)], {axis: 1});
    const q = graph.constant(transposedRows(file.tensor('q_head.weight'), 0, 2), [this.width, 2]);
    graph.node('Add', [graph.node('MatMul', [first, q]), graph.constant(file.tensor('q_head.bias').values, [2])], {outputs: ['q']});
    graph.output('next_high', kFloat, shape);
    graph.output('next_low', kFloat, shape);
    graph.output('logits', kFloat, ['puzzles', this.positions, model.vocab_size]);
    graph.output('q', kFloat, ['puzzles', 2]);
    return graph.model();
  }
}

// Time of a piece of work, in nanoseconds.
async function timed(work) {
  const begin = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begin);
}

class Case {
  // The graph is written beside the case, and read from there: so a process that only measures needs no memory to build it.
  static async create(ort, {file: path, type, threads}) {
    const out = new Case();
    const file = new CaseFile(path), graph = `${path}.${type}.onnx`;
    if (!existsSync(graph)) writeFileSync(graph, new StepGraph(file, type).build());
    out.ort = ort;
    [out.puzzles, out.positions] = file.shape('inputs');
    out.width = file.config.model.hidden_size;
    out.session = await ort.InferenceSession.create(graph, {
      intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all',
    });
    out.tokens = BigInt64Array.from(file.tensor('inputs').values, BigInt);
    out.starts = ['H_init', 'L_init'].map((name) => file.tensor(name).values);
    out.cut(out.puzzles);
    return out;
  }

  // From now on so many puzzles go through the network together, and all begin anew.
  cut(together) {
    this.pieces = [];
    const size = this.positions * this.width;
    for (let at = 0; at < this.puzzles; at += together) {
      const count = Math.min(together, this.puzzles - at);
      const tokens = this.tokens.slice(at * this.positions, (at + count) * this.positions);
      const [high, low] = this.starts.map((start) => {
        const state = new Float32Array(count * size);
        for (let i = 0; i < state.length; i += this.width) state.set(start, i);
        return new this.ort.Tensor('float32', state, [count, this.positions, this.width]);
      });
      this.pieces.push({inputs: new this.ort.Tensor('int64', tokens, [count, this.positions]), high, low});
    }
  }

  async run() {
    for (const piece of this.pieces) {
      const out = await this.session.run(piece);
      piece.high = out.next_high;
      piece.low = out.next_low;
      this.logits = out.logits;
    }
  }

  // The first step of all puzzles together: its logits. Then a batch goes through the network in the way that is faster.
  async first() {
    let best = await timed(() => this.run());
    const answer = {logits: Array.from(this.logits.data)};
    if (this.puzzles > 1) {
      best = await timed(() => this.run());
      this.cut(1);
      const single = await timed(() => this.run());
      if (single > best) this.cut(this.puzzles);
      best = Math.min(best, single);
    }
    return {ns: best, ...answer};
  }
}

class Peer {
  constructor() {
    this.cases = new Map();
    const folder = process.env.TRM_ONNXRUNTIME ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'peers');
    this.require = createRequire(join(resolve(folder), 'package.json'));
    try {
      this.ort = this.require('onnxruntime-node');
    } catch (error) {
      this.missing = String(error.message).split('\n')[0];
    }
  }

  hello() {
    const {version} = this.require('onnxruntime-node/package.json');
    return {name: 'ONNX Runtime', version, kernels: 'CPU provider', step: ['fp32', 'int8'], training: []};
  }

  async prepare(request) {
    const made = await Case.create(this.ort, request);
    const {ns, ...first} = await made.first();
    this.cases.set(request.case, made);
    return request.answer ? {ns, ...first} : {ns};
  }

  async run(request) {
    const one = this.cases.get(request.case);
    return {ns: await timed(() => one.run())};
  }

  async answer(line) {
    if (this.missing !== undefined) return {absent: this.missing};
    const request = JSON.parse(line);
    try {
      return await {hello: () => this.hello(), prepare: () => this.prepare(request), run: () => this.run(request)}[request.do]();
    } catch (error) {
      const message = String(error.message).split('\n')[0];
      return error instanceof Unsupported ? {unsupported: message} : {error: message};
    }
  }
}

const peer = new Peer();
for await (const line of createInterface({input: process.stdin})) {
  process.stdout.write(JSON.stringify(await peer.answer(line)) + '\n');
}
