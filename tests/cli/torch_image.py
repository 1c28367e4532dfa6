"""Files as torch.save writes them, made without PyTorch: pickles of a state dict by hand, and zip archives around them."""

import struct
import zipfile
import zlib

CLASSES = {'float32': 'FloatStorage', 'bfloat16': 'BFloat16Storage', 'float64': 'DoubleStorage'}
ZEROS = bytes(1 << 20)


def text(word):
    return b'X' + struct.pack('<I', len(word)) + word.encode()


def number(n):
    return b'J' + struct.pack('<i', n)


def numbers(values):
    return b'(' + b''.join(number(v) for v in values) + b't'


def call(module, name, arguments):
    return f'c{module}\n{name}\n'.encode() + arguments + b'R'


def tensor(key, dtype, shape):
    """The opcodes of one contiguous tensor that fills its storage."""
    strides, count = [], 1
    for size in reversed(shape):
        strides.insert(0, count)
        count *= size
    storage = (b'(' + text('storage') + f'ctorch\n{CLASSES[dtype]}\n'.encode() + text(key) + text('cpu') +
               number(count) + b'tQ')
    return call('torch._utils', '_rebuild_tensor_v2', b'(' + storage + number(0) + numbers(shape) + numbers(strides) +
                b'\x89' + call('collections', 'OrderedDict', b')') + b't')


def state(tensors):
    """The opcodes of (name, dtype, shape) of each tensor; the storage of number i has the key str(i)."""
    items = b''.join(text(name) + tensor(str(i), dtype, shape) for i, (name, dtype, shape) in enumerate(tensors))
    return call('collections', 'OrderedDict', b')') + b'(' + items + b'u'


def value(thing):
    """The opcodes of a plain value: numbers, texts, None, lists and dicts; opcodes stay as they are."""
    if isinstance(thing, bytes):
        return thing
    if isinstance(thing, bool):
        return b'\x88' if thing else b'\x89'
    if isinstance(thing, int):
        return number(thing)
    if isinstance(thing, float):
        return b'G' + struct.pack('>d', thing)
    if isinstance(thing, str):
        return text(thing)
    if isinstance(thing, list):
        return b'](' + b''.join(map(value, thing)) + b'e'
    if isinstance(thing, dict):
        return b'}(' + b''.join(value(key) + value(item) for key, item in thing.items()) + b'u'
    return b'N'


def pickled(opcodes):
    return b'\x80\x02' + opcodes + b'.'


def state_pickle(tensors):
    return pickled(state(tensors))


def write_zip(path, pickle, storages, version=b'3\n', method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, 'w', method) as archive:
        archive.writestr('step/data.pkl', pickle)
        for key, data in storages.items():
            archive.writestr(f'step/data/{key}', data)
        archive.writestr('step/version', version)


def write_sparse_zip(path, pickle, sizes):
    """Storages of zeros that take no room on the disk. sizes: bytes by key."""
    directory = b''
    entries = [('data.pkl', pickle), ('version', b'3\n'), *((f'data/{key}', size) for key, size in sizes.items())]
    with open(path, 'wb') as file:
        for name, data in entries:
            name = f'step/{name}'.encode()
            zeros = isinstance(data, int)
            size = data if zeros else len(data)
            crc = zlib.crc32(b'' if zeros else data)
            for done in range(0, size if zeros else 0, len(ZEROS)):
                crc = zlib.crc32(ZEROS[:size - done], crc)
            common = struct.pack('<HHHHHIIIHH', 20, 0, 0, 0, 0, crc, size, size, len(name), 0)
            directory += b'PK\x01\x02' + struct.pack('<H', 20) + common + struct.pack('<HHHII', 0, 0, 0, 0, file.tell()) + name
            file.write(b'PK\x03\x04' + common + name)
            if zeros:
                file.seek(size, 1)
            else:
                file.write(data)
        begin = file.tell()
        file.write(directory + b'PK\x05\x06' + struct.pack('<HHHHIIH', 0, 0, len(entries), len(entries), len(directory),
                                                           begin, 0))
