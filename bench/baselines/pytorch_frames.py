#!/usr/bin/env python3
"""The causal recursive model in PyTorch: the rival of the engine, and a second opinion on its arithmetic.

    pytorch_frames.py check MODEL FILE            logits, loss and gradients against those that trm_rival prepared
    pytorch_frames.py measure MODEL FILE SECONDS  one JSON object: frames per second, training and forward alone

MODEL is a model file of trm, FILE the output of `trm_rival prepare MODEL FILE`. One thread, eager mode.
Written as one would write it for PyTorch: batched matrix products, masks, no loop over tokens; frames of similar length
are padded together, in groups of the size that is fastest here.
"""

import itertools
import json
import math
import statistics
import struct
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

DTYPES = {'F32': torch.float32, 'F64': torch.float64, 'I32': torch.int32, 'U8': torch.uint8}


def read_safetensors(path):
    """Tensors by name, and the metadata."""
    with open(path, 'rb') as file:
        size = struct.unpack('<Q', file.read(8))[0]
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    metadata = header.pop('__metadata__', {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        flat = torch.frombuffer(data[begin:end], dtype=DTYPES[entry['dtype']])
        tensors[name] = flat.reshape(entry['shape'])
    return tensors, metadata


def rms_norm(x, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)


class Shapes:
    """What depends on the length alone: masks, distances, rotary tables. Built once for each length."""

    def __init__(self, config):
        self.config = config
        self.known = {}

    def of(self, length):
        if length not in self.known:
            c = self.config
            position = torch.arange(length)
            distance = position[:, None] - position[None, :]
            seen = (distance >= 0) & (distance < c['window'])
            slot = (c['window'] - 1 - distance).clamp(0, c['window'] - 1)
            blocked = torch.zeros(length, length).masked_fill(~seen, -math.inf)
            half = c['head_dim'] // 2
            angle = position[:, None].double() * c['rope_theta'] ** (-2.0 * torch.arange(half).double() / c['head_dim'])
            self.known[length] = {
                'slot': slot.flatten(), 'blocked': blocked, 'distance': distance.clamp(min=0).float(),
                'causal': (distance >= 0).float(), 'cos': angle.cos().float(), 'sin': angle.sin().float()}
        return self.known[length]


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Attention(nn.Module):
    """Local heads: softmax in a window with a learned bias per evaluation; global heads: linear with decay."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.size = c['num_heads'] * c['head_dim']
        self.local = c['num_heads'] - c['global_heads']
        self.qkv_proj = nn.Linear(c['hidden_size'], 3 * self.size, bias=False)
        self.o_proj = nn.Linear(self.size, c['hidden_size'], bias=False)
        if c['recursion_bias'] and self.local > 0:
            self.recursion_bias = nn.Parameter(torch.zeros(c['evaluations'], self.local, c['window']))
        if c['global_heads'] > 0:
            self.decay_logit = nn.Parameter(torch.zeros(c['evaluations'], c['global_heads']))

    def forward(self, x, index, shapes):
        batch, length, _ = x.shape
        c = self.c
        qkv = self.qkv_proj(x).view(batch, length, 3, c['num_heads'], c['head_dim']).permute(2, 0, 3, 1, 4)
        parts = []
        if self.local > 0:
            q, k, v = qkv[:, :, :self.local]
            if c['rope']:
                q, k = rotate(q, shapes['cos'], shapes['sin']), rotate(k, shapes['cos'], shapes['sin'])
            mask = shapes['blocked']
            if c['recursion_bias']:
                bias = self.recursion_bias[index].index_select(-1, shapes['slot']).view(self.local, length, length)
                mask = bias + mask
            scores = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(c['head_dim']) + mask
            parts.append(torch.matmul(scores.softmax(-1), v))
        if c['global_heads'] > 0:
            q, k, v = qkv[:, :, self.local:]
            decay = self.decay_logit[index].sigmoid()[:, None, None]
            weights = torch.matmul(F.elu(q) + 1, (F.elu(k) + 1).transpose(-1, -2))
            weights = weights * (decay ** shapes['distance'] * shapes['causal'])
            parts.append(torch.matmul(weights, v) / (weights.sum(-1, keepdim=True) + 1e-6))
        heads = torch.cat(parts, 1).transpose(1, 2).reshape(batch, length, self.size)
        return self.o_proj(heads)


class Convolution(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.taps = c['conv_kernel']
        self.depthwise_weight = nn.Parameter(torch.zeros(self.taps, c['hidden_size']))
        self.pointwise = nn.Linear(c['hidden_size'], c['hidden_size'], bias=False)

    def forward(self, x):
        past = F.pad(x.transpose(1, 2), (self.taps - 1, 0))
        out = F.conv1d(past, self.depthwise_weight.t().unsqueeze(1), groups=x.shape[-1])
        return self.pointwise(F.silu(out).transpose(1, 2))


class Mlp(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gate_up_proj = nn.Linear(c['hidden_size'], 2 * c['intermediate_size'], bias=False)
        self.down_proj = nn.Linear(c['intermediate_size'], c['hidden_size'], bias=False)

    def forward(self, x):
        gate, up = self.gate_up_proj(x).chunk(2, -1)
        return self.down_proj(F.silu(gate) * up)


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.eps = c['rms_norm_eps']
        if c['conv_kernel'] > 0:
            self.conv = Convolution(c)
        self.self_attn = Attention(c)
        self.mlp = Mlp(c)

    def forward(self, h, index, shapes):
        if hasattr(self, 'conv'):
            h = rms_norm(h + self.conv(h), self.eps)
        h = rms_norm(h + self.self_attn(h, index, shapes), self.eps)
        return rms_norm(h + self.mlp(h), self.eps)


class Level(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.layers = nn.ModuleList(Layer(c) for _ in range(c['layers']))

    def forward(self, h, index, shapes):
        for layer in self.layers:
            h = layer(h, index, shapes)
        return h


class Table(nn.Module):
    def __init__(self, rows, width):
        super().__init__()
        self.embedding_weight = nn.Parameter(torch.zeros(rows, width))

    def forward(self, ids):
        return F.embedding(ids, self.embedding_weight)


class Model(nn.Module):
    """Names of parameters are those of the model file."""

    def __init__(self, config):
        super().__init__()
        c = self.config = dict(config)
        self.trm = c['family'] == 'trm'
        c['evaluations'] = c['L_cycles'] + 1 if self.trm else 1
        width = c['hidden_size']
        self.embed_tokens = Table(c['vocab_size'], width)
        if c['run_positions'] > 0:
            self.embed_run = Table(c['run_positions'], width)
        if c['segment_positions'] > 0:
            self.embed_segment = Table(c['segment_positions'], width)
        self.register_buffer('H_init', torch.zeros(width))
        if self.trm:
            self.register_buffer('L_init', torch.zeros(width))
            self.L_level = Level(c)
        else:
            self.H_level = Level(c)
        self.lm_head = nn.Linear(width, c['vocab_size'], bias=False)
        tables = 1 + (c['run_positions'] > 0) + (c['segment_positions'] > 0)
        self.scale = math.sqrt(width / tables)
        self.shapes = Shapes(c)

    def embed(self, tokens, runs, segments):
        x = self.embed_tokens(tokens)
        if self.config['run_positions'] > 0:
            x = x + self.embed_run(runs)
        if self.config['segment_positions'] > 0:
            x = x + self.embed_segment(segments)
        return self.scale * x

    def cycle(self, z_H, z_L, x, shapes):
        for index in range(self.config['L_cycles']):
            z_L = self.L_level(z_L + z_H + x, index, shapes)
        return self.L_level(z_H + z_L, self.config['L_cycles'], shapes), z_L

    def forward(self, tokens, runs, segments):
        shapes = self.shapes.of(tokens.shape[1])
        x = self.embed(tokens, runs, segments)
        z_H = self.H_init.expand_as(x)
        if not self.trm:
            return self.lm_head(self.H_level(z_H + x, 0, shapes))
        z_L = self.L_init.expand_as(x)
        if self.config['L_cycles'] == 0:
            with torch.no_grad():
                for _ in range(self.config['H_cycles'] - 1):
                    z_L = self.L_level(z_L + x, 0, shapes)
            return self.lm_head(self.L_level(z_L + x, 0, shapes))
        with torch.no_grad():
            for _ in range(self.config['H_cycles'] - 1):
                z_H, z_L = self.cycle(z_H, z_L, x, shapes)
        z_H, z_L = self.cycle(z_H, z_L, x, shapes)
        return self.lm_head(z_H)


def load_model(path):
    tensors, metadata = read_safetensors(path)
    model = Model(json.loads(metadata['config']))
    model.load_state_dict(tensors)
    return model


def coordinates(tokens, config):
    """Place in its run and count of tokens that end runs, for each token of a padded (frames, length) tensor."""
    digit = (tokens >= 0) & (tokens < config['run_tokens'])
    runs, run = [], torch.zeros(tokens.shape[0], dtype=torch.long)
    for t in range(tokens.shape[1]):
        run = torch.where(digit[:, t], run + 1, torch.zeros_like(run))
        runs.append(run)
    segments = (~digit).long().cumsum(1)
    return (torch.stack(runs, 1).clamp(max=max(config['run_positions'] - 1, 0)),
            segments.clamp(max=max(config['segment_positions'] - 1, 0)))


class Group:
    """Frames padded to the longest of them: inputs, and targets with -100 where there is no loss."""

    def __init__(self, tokens, own, config):
        length = int((tokens >= 0).sum(1).max()) - 1
        inputs, targets = tokens[:, :length].long(), tokens[:, 1:length + 1].long()
        self.real = tokens[:, 1:length + 1] >= 0
        self.runs, self.segments = coordinates(inputs, config)
        self.tokens = inputs.clamp(min=0)
        self.targets = targets.masked_fill(own[:, 1:length + 1] == 0, -100)
        self.count = int((self.targets >= 0).sum())

    def logits(self, model):
        return model(self.tokens, self.runs, self.segments)

    def loss(self, logits):
        """Sum over the targets."""
        return F.cross_entropy(logits.flatten(0, 1), self.targets.flatten(), ignore_index=-100, reduction='sum')


def groups_of(tokens, own, config, size):
    """One batch, cut into groups of frames of similar length."""
    order = (tokens >= 0).sum(1).argsort(stable=True)
    return [Group(tokens[rows], own[rows], config) for rows in order.split(size)]


def batches_of(data, batch_size):
    return list(zip(data['tokens'].split(batch_size), data['own'].split(batch_size)))


def check(model_path, data_path, tolerance=1e-4):
    """Relative errors in the Euclidean norm; false if one is above the tolerance.

    The loss of a trained model on the right tokens is so small that it is mostly rounding, so the targets of the check are
    wrong ones: each is the token after the right one.
    """
    model = load_model(model_path)
    data, metadata = read_safetensors(data_path)
    checked = int(metadata['checked_frames'])
    group = Group(data['tokens'][:checked], data['own'][:checked], model.config)
    group.targets = torch.where(group.targets >= 0, (group.targets + 1) % model.config['vocab_size'], group.targets)
    logits = group.logits(model)
    loss = group.loss(logits) / group.count
    loss.backward()

    def error(mine, theirs):
        return float((mine.double() - theirs.double()).norm() / theirs.double().norm().clamp(min=1e-12))

    parameters = dict(model.named_parameters())
    absent = {name[5:] for name in data if name.startswith('grad.')} ^ set(parameters)
    if absent:
        print(json.dumps({'passed': False, 'parameters that one side lacks': sorted(absent)}))
        return False
    errors = {'logits': error(logits.detach()[group.real], data['logits']),
              'loss': error(loss.detach().reshape(1), data['loss']),
              'gradient': error(torch.cat([p.grad.flatten() for p in parameters.values()]),
                                torch.cat([data['grad.' + name].flatten() for name in parameters]))}
    passed = all(value <= tolerance for value in errors.values())
    print(json.dumps({'passed': passed, 'tolerance': tolerance, 'relative_errors': errors}))
    return passed


def median_seconds(seconds, step, warm_up=3):
    times = []
    for _ in range(warm_up):
        step()
    begin = time.perf_counter()
    while not times or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def fastest(seconds, choices):
    """Tries each choice (name -> step) for a short while, then measures the best one: its name and median time."""
    name = min(choices, key=lambda n: median_seconds(seconds / 10, choices[n], warm_up=1))
    return name, median_seconds(seconds, choices[name])


def blas_rate():
    """Floating point operations per second of a large product: tells whether the BLAS behind PyTorch is a fast one."""
    a, b = torch.ones(512, 512), torch.ones(512, 512)
    return 2 * 512**3 / median_seconds(0.1, lambda: a @ b)


def measure(model_path, data_path, seconds):
    model = load_model(model_path)
    frozen = load_model(model_path).requires_grad_(False)
    decayed = [p for n, p in model.named_parameters() if n.endswith('.weight')]
    others = [p for n, p in model.named_parameters() if not n.endswith('.weight')]
    optimizer = torch.optim.AdamW([{'params': decayed, 'weight_decay': 0.1}, {'params': others, 'weight_decay': 0.0}],
                                  lr=1e-4, betas=(0.9, 0.95), eps=1e-8, foreach=True)
    data, metadata = read_safetensors(data_path)
    batch_size = int(metadata['batch_size'])
    training, forward = {}, {}
    for size in (2, 4, 8, 16, 64):
        batches = [groups_of(tokens, own, model.config, size) for tokens, own in batches_of(data, batch_size)]

        def train(batches=batches, turn=itertools.count()):
            groups = batches[next(turn) % len(batches)]
            targets = sum(group.count for group in groups)
            optimizer.zero_grad(set_to_none=True)
            for group in groups:
                (group.loss(group.logits(model)) / targets).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

        def infer(batches=batches, turn=itertools.count()):
            with torch.inference_mode():
                for group in batches[next(turn) % len(batches)]:
                    group.loss(group.logits(frozen))

        training[size], forward[size] = train, infer

    train_group, train_seconds = fastest(seconds, training)
    forward_group, forward_seconds = fastest(seconds, forward)
    print(json.dumps({'engine': 'PyTorch ' + torch.__version__, 'threads': torch.get_num_threads(),
                      'train_frames_per_s': round(batch_size / train_seconds, 3), 'train_group': train_group,
                      'forward_frames_per_s': round(batch_size / forward_seconds, 3), 'forward_group': forward_group,
                      'blas_flops': round(blas_rate())}))


def main():
    torch.set_num_threads(1)
    if len(sys.argv) == 4 and sys.argv[1] == 'check':
        return 0 if check(*sys.argv[2:]) else 1
    if len(sys.argv) == 5 and sys.argv[1] == 'measure':
        measure(sys.argv[2], sys.argv[3], float(sys.argv[4]))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == '__main__':
    sys.exit(main())
