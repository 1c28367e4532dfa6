#!/usr/bin/env python3
"""PyTorch as a peer of `trm bench --suite speed`: supervision steps and updates of a TRM, eager mode.

The suite starts this program and asks it line by line; ../README.md has the protocol. Each case is a file of tensors: weights
under their published names, `inputs` and `labels` (puzzles, positions), and the configuration in the metadata.

Types: fp32; bf16 (weights, states and products in bfloat16, norms and rotation in float32, as the public code has it); int8
(torch.ao.quantization.quantize_dynamic of all linear layers; no training).
"""

import ctypes
import ctypes.util
import glob
import json
import math
import mmap
import os
import struct
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError as missing:
    torch, MISSING = None, str(missing)
else:
    NUMBERS = {'F32': torch.float32, 'I32': torch.int32}
    TYPES = {'fp32': torch.float32, 'bf16': torch.bfloat16, 'int8': torch.float32}  # of states and of what is no linear layer

TUNED = 'TRM_PEER_TUNED'  # set once the environment below is


class Unsupported(Exception):
    """What this peer does not compute."""


def read_case(path):
    """Tensors by name without the published prefix, and the configuration of the model."""
    with open(path, 'rb') as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    start = 8 + struct.unpack('<Q', data[:8])[0]
    header = json.loads(data[8:start])
    config = json.loads(header.pop('__metadata__')['config'])
    tensors = {}
    for name, entry in header.items():
        count, begin = math.prod(entry['shape']), start + entry['data_offsets'][0]
        values = torch.frombuffer(data, dtype=NUMBERS[entry['dtype']], count=count, offset=begin)
        tensors[name.removeprefix('model.inner.')] = values.reshape(entry['shape'])
    return tensors, config


def rms_norm(x, eps):
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)).to(x.dtype)


def rotate(x, cos, sin):
    a, b = x.float().chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1).to(x.dtype)


class Network:
    """Two layers, called 21 times in a step. Linear layers are functions by name: all that the types differ in."""

    def __init__(self, config, positions):
        model = config['model']
        for field, wanted in (('puzzle_emb_ndim', 0), ('puzzle_emb_len', 0), ('conv_kernel', 0)):
            if model[field] != wanted:
                raise Unsupported(f'{field} {model[field]}')
        if config['arch'] != 'trm' or model['pos_encodings'] == 'learned':
            raise Unsupported(f"arch {config['arch']} with pos_encodings {model['pos_encodings']}")
        self.model = model
        self.eps = model['rms_norm_eps']
        self.heads = model['num_heads']
        self.head_size = model['hidden_size'] // self.heads
        half = self.head_size // 2
        angle = torch.arange(positions)[:, None].double() * model['rope_theta'] ** (
            -torch.arange(half).double() / half)
        self.cos, self.sin = angle.cos().float(), angle.sin().float()

    def swiglu(self, linear, name, x):
        gate, up = linear[name + '.gate_up_proj'](x).chunk(2, -1)
        return linear[name + '.down_proj'](F.silu(gate) * up)

    def attention(self, linear, name, x):
        batch, length, _ = x.shape
        qkv = linear[name + '.qkv_proj'](x).view(batch, length, 3, self.heads, self.head_size).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        if self.model['pos_encodings'] == 'rope':
            q, k = rotate(q, self.cos, self.sin), rotate(k, self.cos, self.sin)
        scores = torch.matmul(q * (1 / math.sqrt(self.head_size)), k.transpose(-1, -2))
        heads = torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(batch, length, self.heads * self.head_size)
        return linear[name + '.o_proj'](heads)

    def evaluate(self, linear, z):
        for i in range(self.model['L_layers']):
            layer = f'L_level.layers.{i}'
            if self.model['mlp_t']:
                across = z.transpose(1, 2)
                z = rms_norm(across + self.swiglu(linear, layer + '.mlp_t', across), self.eps).transpose(1, 2)
            else:
                z = rms_norm(z + self.attention(linear, layer + '.self_attn', z), self.eps)
            z = rms_norm(z + self.swiglu(linear, layer + '.mlp', z), self.eps)
        return z

    def cycle(self, linear, x, z_high, z_low):
        for _ in range(self.model['L_cycles']):
            z_low = self.evaluate(linear, z_low + z_high + x)
        return self.evaluate(linear, z_high + z_low), z_low

    def embed(self, table, inputs):
        return F.embedding(inputs, table) * math.sqrt(self.model['hidden_size'])


def is_linear(name):
    """Of a tensor: is it the weight of a layer that rows are multiplied with?"""
    return name.endswith('_proj.weight') or name == 'lm_head.weight'


def functions_of(weights):
    """A function for each linear layer."""
    def function(weight):
        return lambda x: F.linear(x, weight)
    return {name.removesuffix('.weight'): function(w) for name, w in weights.items() if is_linear(name)}


def quantised_functions_of(weights):
    out = {}
    for name, weight in weights.items():
        if not is_linear(name):
            continue
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False)
        layer.weight = torch.nn.Parameter(weight, requires_grad=False)
        wrapped = torch.ao.quantization.quantize_dynamic(torch.nn.Sequential(layer), {torch.nn.Linear}, torch.qint8)
        out[name.removesuffix('.weight')] = wrapped[0]
    return out


class StepCase:
    """One supervision step after another, the states carried on."""

    def __init__(self, tensors, config, kind):
        self.network = Network(config, tensors['inputs'].shape[1])
        number = TYPES[kind]
        self.inputs = tensors['inputs'].long()
        self.table = tensors['embed_tokens.embedding_weight'].to(number)
        self.q_weight, self.q_bias = tensors['q_head.weight'].to(number), tensors['q_head.bias'].to(number)
        if kind == 'int8':
            self.linear = quantised_functions_of(tensors)
        else:
            self.linear = functions_of({name: value.to(number) for name, value in tensors.items() if is_linear(name)})
        shape = (*self.inputs.shape, config['model']['hidden_size'])
        self.z_high = tensors['H_init'].to(number).expand(shape).contiguous()
        self.z_low = tensors['L_init'].to(number).expand(shape).contiguous()

    def run(self):
        with torch.inference_mode():
            x = self.network.embed(self.table, self.inputs)
            for _ in range(self.network.model['H_cycles']):
                self.z_high, self.z_low = self.network.cycle(self.linear, x, self.z_high, self.z_low)
            self.logits = self.linear['lm_head'](self.z_high)
            self.q = F.linear(self.z_high[:, 0], self.q_weight, self.q_bias).float()
        return self.logits

    def first(self):
        return {'logits': self.run().float().flatten().tolist()}


class TrainingCase:
    """One update after another, as the public code trains: stablemax in double, AdamATan2, averaged weights."""

    RATE, DECAY, BETA1, BETA2, AVERAGE, MOST_STEPS = 1e-4, 1.0, 0.9, 0.95, 0.999, 16

    def __init__(self, tensors, config, kind):
        self.network = Network(config, tensors['inputs'].shape[1])
        self.number = TYPES[kind]
        self.inputs, self.labels = tensors.pop('inputs').long(), tensors.pop('labels').long()
        shape = (*self.inputs.shape, config['model']['hidden_size'])
        self.start_high = tensors.pop('H_init').to(self.number).expand(shape)
        self.start_low = tensors.pop('L_init').to(self.number).expand(shape)
        self.z_high, self.z_low = self.start_high, self.start_low
        self.weights = {name: value.clone().requires_grad_() for name, value in tensors.items()}
        self.flat = list(self.weights.values())
        self.m = [torch.zeros_like(p) for p in self.flat]
        self.v = [torch.zeros_like(p) for p in self.flat]
        self.average = [p.detach().clone() for p in self.flat]
        self.updates = 0
        self.steps = torch.zeros(len(self.inputs), dtype=torch.int64)

    def forward(self):
        """Loss of the batch, summed over its puzzles; the gradient goes through the last cycle."""
        weights = {name: p.to(self.number) for name, p in self.weights.items()}  # cast once for all evaluations
        linear = functions_of(weights)
        x = self.network.embed(weights['embed_tokens.embedding_weight'], self.inputs)
        z_high, z_low = self.z_high, self.z_low
        with torch.no_grad():
            for _ in range(self.network.model['H_cycles'] - 1):
                z_high, z_low = self.network.cycle(linear, x, z_high, z_low)
        z_high, z_low = self.network.cycle(linear, x, z_high, z_low)
        self.z_high, self.z_low = z_high.detach(), z_low.detach()
        logits = linear['lm_head'](z_high)
        self.q = F.linear(z_high[:, 0], weights['q_head.weight'], weights['q_head.bias']).float()
        wide = logits.double()
        s = torch.where(wide >= 0, wide + 1, 1 / (1 - wide + 1e-30))
        chosen = (s / s.sum(-1, keepdim=True)).gather(-1, self.labels[..., None]).log()
        right = (logits.detach().argmax(-1) == self.labels).all(-1)
        halting = F.binary_cross_entropy_with_logits(self.q[:, 0], right.float(), reduction='sum')
        return -chosen.sum() / self.labels.shape[1] + self.network.model['q_loss_weight'] * halting

    def run(self):
        loss = self.forward()
        (loss / len(self.inputs)).backward()
        self.updates += 1
        with torch.no_grad():
            # Slots that halt begin anew; with fresh weights they run to the end.
            self.steps += 1
            halted = (self.q[:, 0] > 0) | (self.steps >= self.MOST_STEPS)
            self.steps.masked_fill_(halted, 0)
            mask = halted[:, None, None]
            self.z_high = torch.where(mask, self.start_high, self.z_high)
            self.z_low = torch.where(mask, self.start_low, self.z_low)
            gradients = [p.grad for p in self.flat]
            torch._foreach_mul_(self.flat, 1 - self.RATE * self.DECAY)
            torch._foreach_mul_(self.m, self.BETA1)
            torch._foreach_add_(self.m, gradients, alpha=1 - self.BETA1)
            torch._foreach_mul_(self.v, self.BETA2)
            torch._foreach_addcmul_(self.v, gradients, gradients, 1 - self.BETA2)
            scale = torch._foreach_div(torch._foreach_sqrt(self.v), math.sqrt(1 - self.BETA2 ** self.updates))
            for p, m, s in zip(self.flat, self.m, scale):
                p.add_(torch.atan2(m, s), alpha=-self.RATE / (1 - self.BETA1 ** self.updates))
            torch._foreach_mul_(self.average, self.AVERAGE)
            torch._foreach_add_(self.average, self.flat, alpha=1 - self.AVERAGE)
            for p in self.flat:
                p.grad = None
        return loss

    def first(self):
        """Loss and the norm of the gradient, before anything is changed."""
        before = self.z_high, self.z_low
        loss = self.forward()
        (loss / len(self.inputs)).backward()
        norm = math.sqrt(sum(p.grad.double().square().sum().item() for p in self.flat if p.grad is not None))
        for p in self.flat:
            p.grad = None
        self.z_high, self.z_low = before
        return {'loss': loss.item(), 'grad_norm': norm}


class Blas:
    """The library of matrix products behind PyTorch. It keeps a number of threads of its own, which PyTorch does not set."""

    def __init__(self):
        self.library = None
        torch.ones(2, 2) @ torch.ones(2, 2)  # loads what is loaded late
        with open('/proc/self/maps', encoding='utf-8') as maps:
            paths = sorted({line.split()[-1] for line in maps if 'blas' in line})
        for path in paths:
            try:
                library = ctypes.CDLL(path)
                library.openblas_get_corename.restype = ctypes.c_char_p
                self.library = library
            except (OSError, AttributeError):
                continue

    def kernels(self):
        """Which it chose for this processor: a wrong choice makes PyTorch slow."""
        return 'no OpenBLAS' if self.library is None else f'OpenBLAS {self.library.openblas_get_corename().decode()}'

    def set_threads(self, count):
        torch.set_num_threads(count)
        if self.library is not None:
            self.library.openblas_set_num_threads(count)


class Peer:
    def __init__(self):
        self.cases = {}
        self.blas = Blas()

    def hello(self, _):
        waiting = os.environ.get('OMP_WAIT_POLICY')
        kernels = self.blas.kernels() + ('' if waiting is None else f', {waiting} waiting')
        return {'name': 'PyTorch', 'version': torch.__version__, 'kernels': kernels, 'step': ['fp32', 'bf16', 'int8'],
                'training': ['fp32', 'bf16']}

    def prepare(self, request):
        self.blas.set_threads(request['threads'])
        tensors, config = read_case(request['file'])
        kind = TrainingCase if request['work'] == 'training' else StepCase
        case = kind(tensors, config, request['type'])
        begin = time.perf_counter_ns()
        first = case.first()
        elapsed = time.perf_counter_ns() - begin
        self.cases[request['case']] = case, request['threads']
        return {'ns': elapsed, **(first if request['answer'] else {})}

    def run(self, request):
        case, threads = self.cases[request['case']]
        self.blas.set_threads(threads)
        begin = time.perf_counter_ns()
        case.run()
        return {'ns': time.perf_counter_ns() - begin}

    def answer(self, line):
        request = json.loads(line)
        try:
            return {'hello': self.hello, 'prepare': self.prepare, 'run': self.run}[request['do']](request)
        except Unsupported as error:
            return {'unsupported': str(error)}
        except (RuntimeError, MemoryError, OSError, KeyError, ValueError) as error:
            return {'error': f'{type(error).__name__}: {error}'.splitlines()[0]}


def tune():
    """Starts this program again with what makes PyTorch faster, unless the user has chosen: mimalloc, since page faults of
    Python's allocations may cost more than the arithmetic; the OpenBLAS that shares PyTorch's threads instead of having as many
    more; its kernels for a processor that it does not know; and threads that sleep when they wait, where others use the machine,
    too: those that spin would hold up the ones that work."""
    environment = dict(os.environ, **{TUNED: '1'})
    library = ctypes.util.find_library('mimalloc')
    if library is not None:
        environment.setdefault('LD_PRELOAD', library)
    for folder in glob.glob('/usr/lib/*/openblas-openmp'):
        environment.setdefault('LD_LIBRARY_PATH', folder)
    with open('/proc/cpuinfo', encoding='utf-8') as cpu:
        flags = next((line.split() for line in cpu if line.startswith('flags')), [])
    for flag, kernels in (('avx512bw', 'SkylakeX'), ('avx2', 'Haswell')):
        if flag in flags:
            environment.setdefault('OPENBLAS_CORETYPE', kernels)
            break
    if os.getloadavg()[0] > 0.5 * len(os.sched_getaffinity(0)):
        environment.setdefault('OMP_WAIT_POLICY', 'passive')
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def main():
    if torch is None:
        for _ in sys.stdin:
            print(json.dumps({'absent': MISSING}), flush=True)
        return
    torch.set_num_interop_threads(1)
    peer = Peer()
    for line in sys.stdin:
        print(json.dumps(peer.answer(line)), flush=True)


if __name__ == '__main__':
    if TUNED not in os.environ:
        tune()
    main()
