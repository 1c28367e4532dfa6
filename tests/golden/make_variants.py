#!/usr/bin/env python3
"""Records trm_singlez and trm_hier6: make_variants.py DIRECTORY writes the four cases, make_variants.py --check
compares everything that it computes with the recordings beside it, those of the public code among them.

A second implementation of the TRM family in numpy, written from the formulas of the papers and the public code, with
reverse-mode differentiation of its own. Nobody has published recordings of the two variants, so what they are checked
against must not share a line with the engine. Needs numpy; the recordings are in the repository, tests do not need it.
"""

import json
import os
import struct
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
PREFIX = 'model.inner.'
TABLE = PREFIX + 'puzzle_emb.weights'
KINDS = {'F64': '<f8', 'F32': '<f4', 'I32': '<i4', 'BOOL': '?'}
TOLERANCE = {'logits': 1e-4, 'states': 2e-4, 'q_logits': 1e-4, 'losses_rel': 1e-5}


# Files.


def read_tensors(path):
    with open(path, 'rb') as file:
        header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0]))
        data = file.read()
    header.pop('__metadata__', None)
    return {name: np.frombuffer(data[slice(*t['data_offsets'])], KINDS[t['dtype']]).reshape(t['shape'])
            for name, t in header.items()}


def write_tensors(path, tensors):
    """Largest items first, so that every tensor is aligned to its item size."""
    kinds = {np.dtype(kind): name for name, kind in KINDS.items()}
    header, at, pieces = {}, 0, []
    for name in sorted(tensors, key=lambda n: (-tensors[n].dtype.itemsize, n)):
        value = np.ascontiguousarray(tensors[name])
        header[name] = {'dtype': kinds[value.dtype], 'shape': list(tensors[name].shape),
                        'data_offsets': [at, at + value.nbytes]}
        at += value.nbytes
        pieces.append(value.tobytes())
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(pieces))


# Reverse mode: a node knows what it was made of and how its gradient reaches them.


class Node:
    def __init__(self, value, pulls=(), live=False):
        self.value, self.pulls, self.grad = value, pulls, None
        self.live = live or any(node.live for node, _ in pulls)

    def __add__(self, other):
        return Node(self.value + other.value, [(self, lambda g: g), (other, lambda g: g)])

    def constant(self):
        return Node(self.value)


def backward(seeds):
    """Fills .grad of everything alive behind the (node, gradient) pairs."""
    order, seen = [], set()

    def visit(node):
        if node.live and id(node) not in seen:
            seen.add(id(node))
            for parent, _ in node.pulls:
                visit(parent)
            order.append(node)

    for node, grad in seeds:
        visit(node)
        node.grad = grad if node.grad is None else node.grad + grad
    for node in reversed(order):
        for parent, pull in node.pulls:
            if parent.live:
                grad = pull(node.grad)
                parent.grad = grad if parent.grad is None else parent.grad + grad


def linear(x, weight):
    def to_weight(g):
        return g.reshape(-1, g.shape[-1]).T @ x.value.reshape(-1, x.value.shape[-1])

    return Node(x.value @ weight.value.T, [(x, lambda g: g @ weight.value), (weight, to_weight)])


def norm(v, eps):
    r = 1 / np.sqrt(np.mean(v.value**2, axis=-1, keepdims=True) + v.value.dtype.type(eps))
    y = v.value * r
    return Node(y, [(v, lambda g: r * (g - y * np.mean(g * y, axis=-1, keepdims=True)))])


def gate(gate_up):
    g, up = np.split(gate_up.value, 2, axis=-1)
    s = 1 / (1 + np.exp(-g))

    def pull(d):
        return np.concatenate([d * up * s * (1 + g * (1 - s)), d * g * s], axis=-1)

    return Node(g * s * up, [(gate_up, pull)])


def attention(qkv, heads, theta):
    """qkv (B, T, 3 * heads * size): no mask, rotary positions over halves of a head."""
    batch, length, width = qkv.value.shape
    size = width // 3 // heads
    kind = qkv.value.dtype
    angle = np.arange(length)[:, None] * float(theta) ** (-2 * np.arange(size // 2) / size)
    cos, sin = np.cos(angle).astype(kind), np.sin(angle).astype(kind)

    def turn(v, sign):
        a, b = np.split(v, 2, axis=-1)
        return np.concatenate([a * cos - sign * b * sin, b * cos + sign * a * sin], axis=-1)

    # (3, B, heads, T, size)
    q, k, v = np.transpose(qkv.value.reshape(batch, length, 3, heads, size), (2, 0, 3, 1, 4))
    q, k = turn(q, 1), turn(k, 1)
    scale = kind.type(1 / np.sqrt(size))
    scores = q @ np.swapaxes(k, -1, -2) * scale
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)

    def pull(g):
        g = np.transpose(g.reshape(batch, length, heads, size), (0, 2, 1, 3))
        dp = g @ np.swapaxes(v, -1, -2)
        ds = p * (dp - np.sum(dp * p, axis=-1, keepdims=True)) * scale
        # A rotation's transpose turns back.
        parts = [turn(ds @ k, -1), turn(np.swapaxes(ds, -1, -2) @ q, -1), np.swapaxes(p, -1, -2) @ g]
        return np.transpose(np.stack(parts), (1, 3, 0, 2, 4)).reshape(qkv.value.shape)

    out = np.transpose(p @ v, (0, 2, 1, 3)).reshape(batch, length, heads * size)
    return Node(out, [(qkv, pull)])


# The model.


class Model:
    def __init__(self, config, weights, kind):
        self.arch, self.c, self.kind = config['arch'], config['model'], kind
        self.values = {name: value.astype(kind) for name, value in weights.items()}
        self.trained = [n for n in self.values if n != TABLE and not n.endswith('_init')]
        width, dims = self.c['hidden_size'], self.c['puzzle_emb_ndim']
        self.prefix = self.c['puzzle_emb_len'] or -(-dims // width)
        self.length = self.prefix + self.c['seq_len']
        if self.arch == 'trm_hier6':
            self.states = ['z_H'] + ['z_L%d' % (i + 1) for i in range(6)]
        else:
            self.states = ['z_L'] if self.arch == 'trm_singlez' else ['z_H', 'z_L']
        self.head = self.states[0]

    def start(self, batch):
        shape = (batch, self.length, self.c['hidden_size'])
        return {s: np.broadcast_to(self.values[PREFIX + s[2:] + '_init'], shape).copy() for s in self.states}

    def embed(self, leaves, inputs, rows):
        """sqrt(D) [prefix ; tokens]."""
        table = leaves[PREFIX + 'embed_tokens.embedding_weight']
        width = self.c['hidden_size']
        scale = self.kind(np.sqrt(width))
        batch = len(inputs)
        padded = np.zeros((batch, self.prefix * width), self.kind)
        padded[:, :rows.value.shape[1]] = rows.value
        x = scale * np.concatenate([padded.reshape(batch, self.prefix, width), table.value[inputs]], axis=1)

        def to_table(g):
            out = np.zeros_like(table.value)
            np.add.at(out, inputs, scale * g[:, self.prefix:])
            return out

        def to_rows(g):
            return scale * g[:, :self.prefix].reshape(batch, -1)[:, :rows.value.shape[1]]

        return Node(x, [(table, to_table), (rows, to_rows)])

    def evaluate(self, leaves, v):
        """The network: its input is the sum of what goes in."""
        for i in range(self.c['L_layers']):
            w = lambda name: leaves['%sL_level.layers.%d.%s.weight' % (PREFIX, i, name)]
            mixed = attention(linear(v, w('self_attn.qkv_proj')), self.c['num_heads'], self.c['rope_theta'])
            v = norm(v + linear(mixed, w('self_attn.o_proj')), self.c['rms_norm_eps'])
            v = norm(v + linear(gate(linear(v, w('mlp.gate_up_proj'))), w('mlp.down_proj')), self.c['rms_norm_eps'])
        return v

    def cycle(self, leaves, z, x):
        f = lambda v: self.evaluate(leaves, v)
        steps = range(self.c['L_cycles'])
        if self.arch == 'trm_singlez':
            for _ in steps:
                z['z_L'] = f(z['z_L'] + x)
            z['z_L'] = f(z['z_L'])
        elif self.arch == 'trm_hier6':
            def low():
                return z['z_L1'] + z['z_L2'] + z['z_L3'] + z['z_L4'] + z['z_L5'] + z['z_L6']
            for i in steps:
                z['z_L%d' % (i + 1)] = f(low() + (z['z_H'] + x))
            z['z_H'] = f(z['z_H'] + low())
        else:
            for _ in steps:
                z['z_L'] = f(z['z_L'] + (z['z_H'] + x))
            z['z_H'] = f(z['z_H'] + z['z_L'])

    def step(self, states, inputs, ids):
        """One supervision step. Only the last cycle is alive: what it starts from is a constant."""
        leaves = {name: Node(value, live=name in self.trained) for name, value in self.values.items()}
        fixed = {name: leaf.constant() for name, leaf in leaves.items()}
        rows = Node(self.values[TABLE][ids], live=True)
        x = self.embed(leaves, inputs, rows)
        z = {name: Node(value) for name, value in states.items()}
        for _ in range(self.c['H_cycles'] - 1):
            self.cycle(fixed, z, x.constant())
        self.cycle(leaves, z, x)
        top = z[self.head]
        first = np.zeros_like(top.value)

        def spread(g, where):
            out = np.zeros_like(first)
            out[:, where] = g
            return out

        cells = Node(top.value[:, self.prefix:], [(top, lambda g: spread(g, slice(self.prefix, None)))])
        front = Node(top.value[:, 0], [(top, lambda g: spread(g, 0))])
        bias = leaves[PREFIX + 'q_head.bias']
        product = linear(front, leaves[PREFIX + 'q_head.weight'])
        q = Node(product.value + bias.value, [(product, lambda g: g), (bias, lambda g: g.sum(axis=0))])
        logits = linear(cells, leaves[PREFIX + 'lm_head.weight'])
        return {name: node.value for name, node in z.items()}, logits, q, leaves, rows


def losses(logits, q, labels):
    """Sums over the batch in float64, the gradients of their sum, and what was right."""
    v, q = logits.astype(np.float64), q.astype(np.float64)
    asked = labels >= 0
    share = 1 / np.maximum(asked.sum(axis=1), 1)[:, None]
    s = np.where(v >= 0, v + 1, 1 / (1 - np.minimum(v, 0) + 1e-30))
    slope = np.where(v >= 0, 1, s**2)
    hit = np.eye(v.shape[-1])[np.maximum(labels, 0)]
    total = s.sum(axis=-1)
    cell = np.log(total) - np.log((s * hit).sum(axis=-1))
    preds = logits.argmax(axis=-1).astype(np.int32)
    right = (preds == labels) & asked
    correct = right.sum(axis=1) == asked.sum(axis=1)
    halt = q[:, 0]
    bce = np.maximum(halt, 0) - halt * correct + np.log1p(np.exp(-np.abs(halt)))
    dlogits = (share * asked)[:, :, None] * (slope / total[:, :, None] - hit * slope / s)
    dq = np.stack([0.5 * (1 / (1 + np.exp(-halt)) - correct), np.zeros_like(halt)], axis=1)
    out = {'lm_loss': (share * cell * asked).sum(), 'q_halt_loss': bce.sum()}
    out['loss'] = out['lm_loss'] + 0.5 * out['q_halt_loss']
    return out, preds, correct, right.sum(axis=1), dlogits, dq


def metrics(halted, labels, right, correct, q_halt, steps):
    asked = (labels >= 0).sum(axis=1)
    rows = halted & (asked > 0)
    return {'count': rows.sum(), 'accuracy': (right / np.maximum(asked, 1))[rows].sum(),
            'exact_accuracy': correct[rows].sum(), 'q_halt_accuracy': ((q_halt >= 0) == correct)[rows].sum(),
            'steps': steps[rows].sum()}


# Cases.


def infer(config, weights, inputs, kind):
    model = Model(config, weights, kind)
    labels = inputs['labels']
    states = model.start(len(labels))
    out = {}
    for s in range(config['supervision_steps']):
        states, logits, q, _, _ = model.step(states, inputs['inputs'], inputs['puzzle_identifiers'])
        loss, preds, correct, right, _, _ = losses(logits.value, q.value, labels)
        tell = {'logits': logits.value, 'q_halt_logits': q.value[:, 0], 'q_continue_logits': q.value[:, 1],
                'preds': preds, 'seq_is_correct': correct, **states,
                **{name: np.float64(value) for name, value in loss.items()}}
        out.update({'step%d.%s' % (s, name): value for name, value in tell.items()})
    everything = np.ones(len(labels), bool)
    steps = np.full(len(labels), config['supervision_steps'])
    for name, value in metrics(everything, labels, right, correct, q.value[:, 0], steps).items():
        out['final.metric.' + name] = np.float64(value)
    return out


def train(config, weights, inputs, kind):
    model, o = Model(config, weights, kind), config['optimizer']
    batch = len(inputs['batch0.labels'])
    limit = config['model']['halt_max_steps']
    states = model.start(batch)
    first = model.start(batch)
    steps = np.zeros(batch, np.int32)
    halted = np.ones(batch, bool)
    current = {name: np.zeros_like(inputs['batch0.' + name]) for name in ('inputs', 'labels', 'puzzle_identifiers')}
    m = {name: np.zeros_like(model.values[name]) for name in model.trained}
    v = {name: np.zeros_like(model.values[name]) for name in model.trained}
    shadow = {name: model.values[name].copy() for name in model.trained}
    out = {}
    for t in range(config['train_steps']):
        tell = {'halted_in': halted.copy()}
        for name, value in current.items():
            value[halted] = inputs['batch%d.%s' % (t, name)][halted]
            tell['current.' + name] = value.copy()
        states = {name: np.where(halted[:, None, None], first[name], value) for name, value in states.items()}
        steps = np.where(halted, 0, steps) + 1
        ids, labels = current['puzzle_identifiers'], current['labels']
        states, logits, q, leaves, rows = model.step(states, current['inputs'], ids)
        loss, preds, correct, right, dlogits, dq = losses(logits.value, q.value, labels)
        backward([(logits, (dlogits / batch).astype(kind)), (q, (dq / batch).astype(kind))])

        explores = inputs['explore%d.uniform' % t] < config['model']['halt_exploration_prob']
        least = np.where(explores, inputs['explore%d.min_steps' % t], 0)
        halted = ((steps >= limit) | (q.value[:, 0] > 0)) & (steps >= least)
        tell.update({'logits': logits.value, 'preds': preds, 'seq_is_correct': correct, **states,
                     'q_halt_logits': q.value[:, 0], 'q_continue_logits': q.value[:, 1], 'halted_out': halted.copy(),
                     'steps_out': steps.astype(np.int32), 'puzzle_emb.local_ids': ids.astype(np.int32),
                     'loss': np.float64(loss['loss'])})
        numbers = metrics(halted, labels, right, correct, q.value[:, 0], steps)
        for name, value in {**numbers, 'lm_loss': loss['lm_loss'], 'q_halt_loss': loss['q_halt_loss']}.items():
            tell['metric.' + name] = np.float64(value)
        tell['grad.' + PREFIX + 'puzzle_emb.local_weights'] = rows.grad

        # Sign-SGD of the rows in the batch, then AdamATan2, whose first correction stands outside the arctangent.
        table = model.values[TABLE]
        for one in np.unique(ids):
            total = rows.grad[ids == one].sum(axis=0)
            table[one] = table[one] * kind(1 - o['puzzle_emb_lr'] * o['puzzle_emb_weight_decay'])
            table[one] -= kind(o['puzzle_emb_lr']) * np.sign(total)
        for name in model.trained:
            g = leaves[name].grad
            tell['grad.' + name] = g
            m[name] += kind(1 - o['beta1']) * (g - m[name])
            v[name] += kind(1 - o['beta2']) * (g * g - v[name])
            p = model.values[name] * kind(1 - o['lr'] * o['weight_decay'])
            root = np.sqrt(v[name]) / kind(np.sqrt(1 - o['beta2']**(t + 1)))
            p = p - kind(o['lr'] / (1 - o['beta1']**(t + 1))) * np.arctan2(m[name], root)
            model.values[name] = p
            shadow[name] = kind(1 - o['ema_rate']) * p + kind(o['ema_rate']) * shadow[name]
            tell['after.' + name] = p
        tell['after.' + TABLE] = table.copy()
        out.update({'train%d.%s' % (t, name): value for name, value in tell.items()})
    for name in model.trained:
        out['final.exp_avg.' + name], out['final.exp_avg_sq.' + name] = m[name], v[name]
        out['final.ema.' + name] = shadow[name]
    return out


def run(config, weights, inputs, kind):
    return (train if 'optimizer' in config else infer)(config, weights, inputs, kind)


# Recording.


def config_of(arch, training):
    width = 12 if training else 24
    config = {
        'case': arch + ('_train' if training else ''),
        'arch': arch,
        'note': 'recorded by make_variants.py',
        'model': {
            'expansion': 4.0, 'rms_norm_eps': 1e-5, 'rope_theta': 10000.0, 'forward_dtype': 'float32', 'mlp_t': False,
            'halt_exploration_prob': 0.5 if training else 0.0, 'puzzle_emb_len': 2, 'no_ACT_continue': True,
            'H_layers': 0, 'batch_size': 4 if training else 3, 'seq_len': 12, 'puzzle_emb_ndim': width + 5,
            'num_puzzle_identifiers': 5, 'vocab_size': 9, 'H_cycles': 2, 'L_cycles': 3 if arch == 'trm_singlez' else 4 if training else 6,
            'L_layers': 1 if training else 2, 'hidden_size': width, 'num_heads': 2, 'pos_encodings': 'rope',
            'halt_max_steps': 3,
        },
        'residual_output_scale': 0.35 if arch == 'trm_hier6' else 0.7,
        'tolerance': dict(TOLERANCE),
    }
    if training:
        config['train_steps'] = 2
        config['tolerance'].update({'grad_rel_to_tensor_max': 1e-4, 'params_after': 2e-6})
        config['optimizer'] = {
            'kind': 'adam_atan2', 'lr': 1e-3, 'beta1': 0.9, 'beta2': 0.95, 'weight_decay': 0.1, 'puzzle_emb_lr': 1e-2,
            'puzzle_emb_weight_decay': 0.1, 'ema_rate': 0.9, 'loss_divisor': 4,
            'loss_type': 'stablemax_cross_entropy',
        }
    else:
        config['supervision_steps'] = 3
    return config


def draw(config, rng):
    """Weights as the public code starts, residual outputs scaled down (fresh nets are chaotic), halting values spread."""
    c = config['model']
    width, vocab, inner = c['hidden_size'], c['vocab_size'], 256

    def normal(*shape, std):
        v = rng.standard_normal(shape)
        return (np.clip(v, -2, 2) * std / 0.88).astype(np.float32)

    weights = {PREFIX + 'embed_tokens.embedding_weight': normal(vocab, width, std=width**-0.5),
               PREFIX + 'lm_head.weight': normal(vocab, width, std=width**-0.5),
               PREFIX + 'q_head.weight': normal(2, width, std=1.5 * width**-0.5),
               PREFIX + 'q_head.bias': normal(2, std=0.3),
               TABLE: normal(c['num_puzzle_identifiers'], c['puzzle_emb_ndim'], std=width**-0.5)}
    names = {'trm_singlez': ['L'], 'trm_hier6': ['H'] + ['L%d' % (i + 1) for i in range(6)]}[config['arch']]
    for name in names:
        weights[PREFIX + name + '_init'] = normal(width, std=1)
    less = config['residual_output_scale']
    for i in range(c['L_layers']):
        layer = '%sL_level.layers.%d.' % (PREFIX, i)
        weights[layer + 'self_attn.qkv_proj.weight'] = normal(3 * width, width, std=width**-0.5)
        weights[layer + 'self_attn.o_proj.weight'] = normal(width, width, std=less * width**-0.5)
        weights[layer + 'mlp.gate_up_proj.weight'] = normal(2 * inner, width, std=width**-0.5)
        weights[layer + 'mlp.down_proj.weight'] = normal(width, inner, std=less * inner**-0.5)

    size, length = c['batch_size'], c['seq_len']
    inputs = {}
    for t in range(config.get('train_steps', 1)):
        lead = 'batch%d.' % t if 'optimizer' in config else ''
        labels = rng.integers(0, vocab, (size, length)).astype(np.int32)
        labels[rng.random((size, length)) < 0.3] = -100
        labels[0] = -100
        inputs[lead + 'inputs'] = rng.integers(0, vocab, (size, length)).astype(np.int32)
        inputs[lead + 'labels'] = labels
        inputs[lead + 'puzzle_identifiers'] = np.array([1, 3, 1, 4][:size], np.int32)
        if 'optimizer' in config:
            inputs['explore%d.uniform' % t] = rng.random(size).astype(np.float32)
            inputs['explore%d.min_steps' % t] = rng.integers(2, c['halt_max_steps'] + 1, size).astype(np.int32)
    # The last row is solved: its labels are the model's own answer after the last step, or in the first update.
    said = run(config, weights, inputs, np.float64)
    if 'optimizer' in config:
        inputs['batch0.labels'][-1] = said['train0.preds'][-1]
    else:
        inputs['labels'][-1] = said['step%d.preds' % (config['supervision_steps'] - 1)][-1]
    return weights, inputs


def clear(config, exact, single):
    """No answer, halt or direction of an update hangs on rounding, and updates meet both kinds of slots."""
    for name, value in exact.items():
        if value.dtype.kind != 'f':
            continue
        error = np.abs(single[name] - value).max()
        if error > (1e-6 if '.after.' in name else 1e-5 if name.endswith('logits') else np.inf):
            return False
        # Others may err ten times as much as this run: by luck it must not have erred next to nothing.
        if name.endswith('logits') and error < 4e-7:
            return False
    for name, value in exact.items():
        if name.endswith('.logits'):
            top = np.sort(value, axis=-1)
            if (top[..., -1] - top[..., -2]).min() < 2e-3:
                return False
        if name.endswith('q_halt_logits') and np.abs(value).min() < 0.05:
            return False
    if 'optimizer' not in config:
        return True
    halted, freely = exact['train0.halted_out'], exact['train0.q_halt_logits'] > 0
    return 0 < halted.sum() < len(halted) and (freely & ~halted).any() and exact['train1.halted_out'].any()


def write(folder, config):
    for seed in range(1, 2000):
        rng = np.random.default_rng(seed)
        weights, inputs = draw(config, rng)
        exact = run(config, weights, inputs, np.float64)
        single = run(config, weights, inputs, np.float32)
        if clear(config, exact, single):
            break
    config['seed'] = seed
    difference = lambda end: max(float(np.abs(single[n] - exact[n]).max()) for n in exact if n.endswith(end))
    config['measured'] = {'f32_vs_f64_logits': difference('.logits'), 'f32_vs_f64_q_logits': difference('q_halt_logits')}
    # What is large and says nothing new stays out: the first update's weights and the moments.
    kept = {n: v for n, v in single.items() if not n.startswith(('train0.after.', 'final.exp_avg'))}
    wide = ('.logits', '_logits', 'lm_loss', 'q_halt_loss', '.loss')
    doubles = {n: v for n, v in exact.items() if n.endswith(wide) and 'metric' not in n}
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'config.json'), 'w', encoding='utf-8') as file:
        file.write(json.dumps(config, indent=1) + '\n')
    for name, tensors in (('weights', weights), ('inputs', inputs), ('expected', kept), ('expected_f64', doubles)):
        write_tensors(os.path.join(folder, name + '.safetensors'), tensors)
    print('%s: seed %d' % (folder, seed))


# Checking.


def check_case(name):
    """The float64 run against a recording; the number of tensors compared and the largest error in tolerances."""
    folder = os.path.join(HERE, name)
    with open(os.path.join(folder, 'config.json'), encoding='utf-8') as file:
        config = json.load(file)
    read = lambda kind: read_tensors(os.path.join(folder, kind + '.safetensors'))
    got = run(config, read('weights'), read('inputs'), np.float64)
    limit = config['tolerance']
    worst, count = (0.0, ''), 0
    for want, wide in ((read('expected_f64'), True), (read('expected'), False)):
        for key, value in want.items():
            if 'textbook' in key:
                continue  # the step of another optimizer, recorded for comparison
            mine, last = got[key], key.split('.')[1] if '.' in key else key
            if value.dtype.kind in 'bi':
                error = 0.0 if np.array_equal(mine, value) else np.inf
            elif wide:
                error = np.abs(mine - value).max() / (1e-10 * max(1.0, np.abs(value).max()))
            elif last == 'grad' or '.exp_avg' in key:
                error = np.abs(mine - value).max() / (2 * limit['grad_rel_to_tensor_max'] * np.abs(value).max() + 1e-300)
            elif last == 'after' or '.ema.' in key:
                # Where a gradient is next to nothing its rounding decides which way a weight moves.
                slope = np.abs(got.get(key.replace('after.', 'grad.'), np.ones(1)))
                moves = slope >= 1e-4 * slope.max() if slope.shape == value.shape else np.ones(value.shape, bool)
                error = (np.abs(mine - value) * moves).max() / limit['params_after']
            elif 'loss' in key or 'metric' in key:
                error = np.abs(mine - value).max() / (limit['losses_rel'] * max(np.abs(value).max(), 1e-300))
            else:
                error = np.abs(mine - value).max() / limit['states']
            worst, count = max(worst, (float(error), key)), count + 1
    return count, worst


def check_slope(arch):
    """A gradient along one random direction against a central difference: no part of the reverse mode is in it."""
    config = config_of(arch, True)
    config['model']['H_cycles'] = 1
    weights, inputs = draw(config, np.random.default_rng(5))
    rng = np.random.default_rng(6)
    way = {n: rng.standard_normal(v.shape) for n, v in weights.items() if not n.endswith('_init')}
    config['train_steps'] = 1

    def loss(move):
        moved = {n: v.astype(np.float64) + move * way.get(n, 0) for n, v in weights.items()}
        return run(config, moved, inputs, np.float64)

    base = loss(0)
    ids = inputs['batch0.puzzle_identifiers']
    rows = base['train0.grad.' + PREFIX + 'puzzle_emb.local_weights']
    slope = (rows * way[TABLE][ids]).sum()
    slope += sum((base['train0.grad.' + n] * w).sum() for n, w in way.items() if n != TABLE)
    move = 1e-6
    want = (loss(move)['train0.loss'] - loss(-move)['train0.loss']) / (2 * move) / len(ids)
    return abs(slope - want) / abs(want)


def check():
    bad = 0
    for name in ('trm_att', 'trm_att_train', 'trm_singlez', 'trm_singlez_train', 'trm_hier6', 'trm_hier6_train'):
        count, (error, key) = check_case(name)
        print('%-18s %4d tensors, worst %.2g of the tolerance (%s)' % (name, count, error, key))
        bad += error > 1
    for arch in ('trm_singlez', 'trm_hier6'):
        error = check_slope(arch)
        print('%-18s gradient along a line: relative error %.1e' % (arch, error))
        bad += error > 1e-6
    return bad


def main():
    if sys.argv[1:] == ['--check']:
        sys.exit(1 if check() else 0)
    if len(sys.argv) != 2 or sys.argv[1].startswith('-'):
        sys.exit(__doc__)
    for arch in ('trm_singlez', 'trm_hier6'):
        for training in (False, True):
            config = config_of(arch, training)
            write(os.path.join(sys.argv[1], config['case']), config)


if __name__ == '__main__':
    main()
