// Files of torch.save: what comes out of good ones of both formats, and every way a bad one can lie about its tensors.
#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/import/torch_file.h"
#include "tests/engine/support.h"
#include "tests/engine/torch_image.h"

namespace test_torch_file {

using trm::DType;
using trm::TorchFile;
using namespace trm::test;

namespace {

const char* const kAgain = "; fix: fetch or write the file again";
const std::string kSix("\0\0\0\0\0\0\x80\x3F\0\0\0\x40\0\0\x40\x40\0\0\x80\x40\0\0\xA0\x40", 24);  // 0 ... 5

const std::string kMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
const std::string kProtocol = kProto + "M\xE9\x03.";
const std::string kSystem = kProto + "}" + text("little_endian") + "\x88s.";

/// The format before zip: a chain of pickles, then length and data of each storage.
std::string legacy(const std::string& pickle, const std::vector<std::pair<std::string, std::string>>& storages,
                   std::size_t element = 4, const std::string& system = kSystem) {
  std::string keys = kProto + "](", data;
  for (const auto& [key, bytes] : storages) {
    keys += text(key);
    data += le<std::uint64_t>(bytes.size() / element) + bytes;
  }
  return kMagic + kProtocol + system + pickle + keys + "e." + data;
}

std::string parse_error(std::string_view image) {
  const auto file = TorchFile::parse(bytes_of(image), "step_1");
  return file.ok() ? "parsed" : file.error().text();
}

/// The error of both formats around a state dict; the parts that name the place of the pickle are left out.
std::string state_error(const std::string& pickle) {
  const std::string start = "step_1: ";
  const std::string of_zip = parse_error(torch_zip(pickle, kSix));
  const std::string of_legacy = parse_error(legacy(pickle, {{"0", kSix}}));
  const auto without = [&](std::string text_of_error, const std::string& part) {
    REQUIRE(text_of_error.find(start) == 0);
    text_of_error.erase(0, start.size());
    if (const std::size_t at = text_of_error.find(part); at != std::string::npos)
      text_of_error.replace(at, part.size(), "PICKLE");
    return text_of_error;
  };
  CHECK(without(of_zip, "step/data.pkl") == without(of_legacy, "state dict"));
  return without(of_zip, "step/data.pkl");
}

struct Hostile {
  std::string pickle, error;
};

TensorOpcodes with(const std::function<void(TensorOpcodes&)>& change) {
  TensorOpcodes opcodes;
  change(opcodes);
  return opcodes;
}

std::vector<Hostile> hostile_states() {
  using S = std::string;
  // Places in the pickle of one tensor "w": its parts have fixed lengths.
  const auto tensor = [](const S& place, const S& message) {
    return "tensor \"w\", PICKLE at byte " + place + ": " + message + kAgain;
  };
  const S kForm = "its storage is no (\"storage\", class, key, device, elements)";
  const S save = "; fix: save the state dict itself with torch.save";
  const S w = text("w");
  const S persistent = TensorOpcodes().storage();
  const auto rebuilt = [&](const S& arguments) {
    return state_dict(w + "ctorch._utils\n_rebuild_tensor_v2\n" + arguments + "R");
  };
  const auto parameter = [&](const S& arguments) {
    return state_dict(w + "ctorch._utils\n_rebuild_parameter\n" + arguments + "R");
  };
  const auto stored = [&](const S& storage) {
    return rebuilt("(" + storage + number(0) + numbers({2, 3}) + numbers({3, 1}) + "\x89" + kEmptyDict + "t");
  };
  return {
      // No state dict.
      {kProto + "N.", "PICKLE at byte 2: is None, not a dict of tensors" + save},
      {kProto + ").", "PICKLE at byte 2: is a tuple, not a dict of tensors" + save},
      {state_dict("NN"), "PICKLE at byte 28: holds no dict of tensors" + save},
      {state_dict(w + "N"), "PICKLE at byte 28: holds no dict of tensors" + save},
      {state_dict(text("model") + kEmptyDict), "PICKLE at byte 28: holds no dict of tensors" + save},
      {state_dict("N" + TensorOpcodes().tensor()), "PICKLE at byte 30: a key of the state dict is no name" + save},
      {state_dict(text("") + TensorOpcodes().tensor()), "PICKLE at byte 30: a key of the state dict is no name" + save},
      {state_dict(w + TensorOpcodes().tensor() + w + TensorOpcodes().tensor()), tensor("183", "appears twice")},
      // Arguments of the two callables.
      {rebuilt(")"), tensor("70", "_rebuild_tensor_v2 takes 6 or 7 arguments, has 0")},
      {rebuilt("(NNNNNNNNt"), tensor("79", "_rebuild_tensor_v2 takes 6 or 7 arguments, has 8")},
      {parameter(")"), tensor("70", "_rebuild_parameter takes 3 arguments, has 0")},
      {parameter("NNN\x87"), tensor("69", "is a parameter of something that is no tensor")},
      {parameter("ctorch._utils\n_rebuild_parameter\n)RNN\x87"),
       tensor("103", "is a parameter of something that is no tensor")},
      // Storages.
      {rebuilt("(NNNNNNt"), tensor("70", kForm)},
      {stored("NQ"), tensor("70", kForm)},
      {stored(text("storage") + "Q"), tensor("70", kForm)},
      {stored(")Q"), tensor("70", kForm)},
      {stored("(" + text("module") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(6) + "tQ"),
       tensor("121", kForm)},
      {stored("(" + text("storage") + text("FloatStorage") + text("0") + text("cpu") + number(6) + "tQ"),
       tensor("119", kForm)},
      {stored("(" + text("storage") + "ctorch\nFloatStorage\n" + number(0) + text("cpu") + number(6) + "tQ"),
       tensor("121", kForm)},
      {stored("(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(6) + "NNtQ"),
       tensor("124", kForm)},
      {stored("(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(6) + ")tQ"),
       tensor("123", kForm)},
      {stored("(" + text("storage") + "ccollections\nOrderedDict\n" + text("0") + text("cpu") + number(6) + "tQ"),
       tensor("127", "collections.OrderedDict is no class of storages")},
      {state_dict(with([](auto& t) { t.key = ""; })), tensor("121", "the key of its storage must have 1 to 64 bytes")},
      {state_dict(with([](auto& t) { t.key = S(65, '0'); })),
       tensor("186", "the key of its storage must have 1 to 64 bytes")},
      {state_dict(with([](auto& t) { t.elements = -6; })),
       tensor("122", "the size of its storage must be a whole number from 0 on")},
      {stored("(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "\x8a\x08" +
              le<std::uint64_t>(1ULL << 62) + "tQ"),
       tensor("127", "the size of its storage overflows")},
      // Views of them.
      {state_dict(with([](auto& t) { t.first = 1; })),
       tensor("182", "reaches element 6 of storage \"0\", which has 6")},
      {state_dict(with([](auto& t) { t.first = -1; })),
       tensor("124", "its place in the storage must be a whole number from 0 on")},
      {state_dict(with([](auto& t) {
         t.shape = {2, 4};
       })),
       tensor("182", "reaches element 6 of storage \"0\", which has 6")},
      {state_dict(with([](auto& t) {
         t.strides = {4, 1};
       })),
       tensor("182", "reaches element 6 of storage \"0\", which has 6")},
      {state_dict(with([](auto& t) {
         t.strides = {-3, 1};
       })),
       tensor("142", "its strides must hold whole numbers from 0 on")},
      {state_dict(with([](auto& t) {
         t.shape = {-2, 3};
       })),
       tensor("130", "its shape must hold whole numbers from 0 on")},
      {state_dict(with([](auto& t) { t.strides = {3}; })), tensor("177", "has 2 sizes and 1 strides")},
      {state_dict(with([](auto& t) {
         t.shape = std::vector<std::int32_t>(33, 1);
         t.strides = t.shape;
       })),
       tensor("295", "its shape has more than 32 dimensions")},
      {rebuilt("(" + persistent + number(0) + "N" + numbers({3, 1}) + "\x89" + kEmptyDict + "t"),
       tensor("129", "its shape must be a tuple, is None")},
      {rebuilt("(" + persistent + number(0) + numbers({2, 3}) + "]" + "\x89" + kEmptyDict + "t"),
       tensor("141", "its strides must be a tuple, is a list")},
      {state_dict(with([](auto& t) {
         t.shape = {0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF};
         t.strides = {1, 1, 1};
       })),
       tensor("192", "the number of bytes of shape (2147483647, 2147483647, 2147483647) overflows")},
      {rebuilt("(" + persistent + number(0) + numbers({4}) + "\x8a\x08" + le<std::int64_t>(INT64_MAX) + "\x85" +
               "\x89" + kEmptyDict + "t"),
       tensor("176", "the strides (9223372036854775807) overflow")},
      {state_dict(with([](auto& t) { t.hooks = "}NNs"; })), "tensor \"w\", PICKLE at byte 154: has hooks" + save},
      {state_dict(with([](auto& t) { t.hooks = ")"; })), "tensor \"w\", PICKLE at byte 154: has hooks" + save},
      {state_dict(with([](auto& t) { t.more = "}" + text("conj") + "\x88s"; })),
       "tensor \"w\", PICKLE at byte 181: is conjugated or negated lazily; fix: save "
       "tensor.resolve_conj().resolve_neg()"},
  };
}

}  // namespace

TEST_CASE("torch: state dicts that are none, or lie, in both formats") {
  const auto cases = hostile_states();
  CHECK(cases.size() >= 25);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    CHECK(state_error(cases[i].pickle) == cases[i].error);
    CHECK(seen.insert(cases[i].pickle).second);
  }
}

TEST_CASE("torch: storages that the file does not hold as promised") {
  const std::string pickle = state_dict(TensorOpcodes());
  CHECK(parse_error(torch_zip(pickle, kSix)) == "parsed");
  CHECK(parse_error(torch_zip(pickle, kSix.substr(4))) ==
        std::string("step_1: w: its storage \"0\" has 20 bytes, 24 are expected") + kAgain);
  CHECK(parse_error(torch_zip(pickle, kSix + "x")) ==
        std::string("step_1: w: its storage \"0\" has 25 bytes, 24 are expected") + kAgain);
  CHECK(parse_error(torch_zip(state_dict(with([](auto& t) { t.klass = "DoubleStorage"; })), kSix)) ==
        std::string("step_1: w: its storage \"0\" has 24 bytes, 48 are expected") + kAgain);
  CHECK(parse_error(torch_zip(state_dict(with([](auto& t) { t.key = "1"; })), kSix)) ==
        std::string("step_1: w: its storage \"step/data/1\" is missing") + kAgain);
  CHECK(parse_error(torch_zip(state_dict(with([](auto& t) { t.key = "../data.pkl"; })), kSix)) ==
        std::string("step_1: w: its storage \"step/data/../data.pkl\" is missing") + kAgain);
  // Two tensors that do not agree on the size of what they share.
  const std::string two = state_dict(text("w") + TensorOpcodes().tensor() + text("v") + with([](auto& t) {
                                                                                          t.elements = 5;
                                                                                          t.shape = {5};
                                                                                          t.strides = {1};
                                                                                        }).tensor());
  CHECK(parse_error(torch_zip(two, kSix)) ==
        std::string("step_1: v: its storage \"0\" has 24 bytes, 20 are expected") + kAgain);
  CHECK(parse_error(legacy(two, {{"0", kSix}})) ==
        std::string("step_1: v: its storage \"0\" has 24 bytes, 20 are expected") + kAgain);
}

TEST_CASE("torch: the parts of the zip format") {
  const std::string pickle = state_dict(TensorOpcodes());
  const auto error = [](std::vector<ZipPart> parts) { return parse_error(zip_image(std::move(parts))); };
  const ZipPart data("step/data.pkl", pickle), storage("step/data/0", kSix), version("step/version", "3\n");
  CHECK(error({data, storage, version}) == "parsed");
  CHECK(error({storage, version}) == "step_1: is a zip archive without NAME/data.pkl; fix: give a file of torch.save");
  CHECK(error({{"data.pkl", pickle}}) ==
        "step_1: is a zip archive without NAME/data.pkl; fix: give a file of torch.save");
  CHECK(error({data, {"other/data.pkl", pickle}}) ==
        std::string("step_1: other/data.pkl: is a second data.pkl beside step/data.pkl") + kAgain);
  CHECK(error({data, {"step/constants.pkl", ""}}) ==
        "step_1: is a TorchScript archive; fix: save the state dict with torch.save");
  CHECK(error({data, storage}) == std::string("step_1: step/version: is missing") + kAgain);
  for (const char* good : {"2\n", "3", "10\n"}) CHECK(error({data, storage, {"step/version", good}}) == "parsed");
  for (const auto& [bad, shown] : {std::pair{"1\n", "\"1\""},
                                   {"11\n", "\"11\""},
                                   {"", "\"\""},
                                   {"x\n", "\"x\""},
                                   {"3\n\n", "\"3\\n\""},
                                   {"-3\n", "\"-3\""},
                                   {"999\n", "\"999\""}}) {
    CHECK(error({data, storage, {"step/version", bad}}) ==
          std::string("step_1: step/version: is ") + shown +
              ", versions 2 to 10 are read; fix: save it with another release of PyTorch");
  }
  CHECK(error({data, storage, version, {"step/byteorder", "little"}, {"step/.data/serialization_id", "1"}}) ==
        "parsed");
  CHECK(error({data, storage, version, {"step/byteorder", "big"}}) ==
        "step_1: step/byteorder: is \"big\", only \"little\" is read; fix: save it again on a little-endian machine");
  CHECK(error({{"step/data.pkl", pickle + "x"}, storage, version}) ==
        std::string("step_1: step/data.pkl: has 1 bytes after STOP") + kAgain);
  // Damage in a small part is found at once, in a storage when all of it is read.
  std::string image = torch_zip(pickle, kSix);
  image[image.find(pickle) + 40] ^= 1;
  CHECK(parse_error(image).find("step_1: step/data.pkl: is damaged: its checksum is 0x") == 0);
  image = torch_zip(pickle, kSix);
  image[image.find(kSix) + 6] ^= 1;
  const auto file = TorchFile::parse(bytes_of(image), "step_1");
  REQUIRE(file.ok());
  CHECK(file->verify().error().text().find("step_1: step/data/0: is damaged: its checksum is 0x") == 0);
}

TEST_CASE("torch: the parts of the format before zip") {
  const std::string pickle = state_dict(TensorOpcodes());
  const std::string storage = le<std::uint64_t>(6) + kSix;
  const std::string keys = kProto + "](" + text("0") + "e.";
  const std::string start = kMagic + kProtocol + kSystem + pickle;
  CHECK(parse_error(start + keys + storage) == "parsed");
  CHECK(parse_error(kMagic + kProto + "K\x01.") ==
        "step_1: protocol: is not 1001; fix: save it with a newer release of PyTorch");
  CHECK(parse_error(kMagic + kProtocol + kProto + "N.") ==
        std::string("step_1: system: must be a dict, is None") + kAgain);
  CHECK(parse_error(kMagic + kProtocol + kProto + "}.") ==
        std::string("step_1: system: little_endian is missing") + kAgain);
  CHECK(parse_error(kMagic + kProtocol + kProto + "}" + text("little_endian") + "\x89s.") ==
        "step_1: system: little_endian is not True; fix: save it again on a little-endian machine");
  CHECK(parse_error(start + kProto + "N.") == std::string("step_1: keys: must be a list, is None") + kAgain);
  CHECK(parse_error(start + kProto + "]Na.") == std::string("step_1: keys: must hold texts, holds None") + kAgain);
  CHECK(parse_error(start + kProto + "]" + text("7") + "a.") ==
        std::string("step_1: keys: storage \"7\" belongs to no tensor") + kAgain);
  CHECK(parse_error(start + kProto + "].") == std::string("step_1: w: its storage \"0\" is missing") + kAgain);
  CHECK(parse_error(start + keys) == std::string("step_1: w: its storage is missing at the end of the file") + kAgain);
  CHECK(parse_error(start + keys + le<std::uint64_t>(5) + kSix) ==
        std::string("step_1: w: its storage \"0\" has 5 elements, 6 are expected") + kAgain);
  CHECK(parse_error(start + keys + storage.substr(0, 12)) ==
        std::string("step_1: w: its storage of 24 bytes exceeds the 4 that follow") + kAgain);
  CHECK(parse_error(start + keys + storage + "x") ==
        std::string("step_1: has 1 bytes after the last storage") + kAgain);
  CHECK(parse_error(start + kProto + "](" + text("0") + text("0") + "e." + storage + storage) ==
        std::string("step_1: keys: storage \"0\" appears twice") + kAgain);
}

TEST_CASE("torch: what is no file of torch.save") {
  const std::string error =
      "step_1: is no file of torch.save: neither a zip archive nor its older format; fix: give a checkpoint of "
      "torch.save or a safetensors file";
  for (const std::string& image : {std::string(), std::string("PK"), std::string("{}"), kProto + "N."}) {
    CHECK(parse_error(image) == error);
  }
  CHECK(parse_error(zip_image({{"x.npy", "\x93NUMPY"}})) ==
        "step_1: is an archive of numpy arrays (.npz); fix: give a checkpoint of torch.save, or safetensors");
  TempDir dir;
  CHECK(TorchFile::open(dir / "none").error().text() == (dir / "none") + ": does not exist; fix: check the path");
}

TEST_CASE("torch: tensors of every type and layout, in both formats") {
  struct Type {
    const char* klass;
    DType dtype;
  };
  for (const Type& type :
       {Type{"FloatStorage", DType::f32}, Type{"BFloat16Storage", DType::bf16}, Type{"HalfStorage", DType::f16},
        Type{"DoubleStorage", DType::f64}, Type{"LongStorage", DType::i64}, Type{"IntStorage", DType::i32},
        Type{"ShortStorage", DType::i16}, Type{"CharStorage", DType::i8}, Type{"ByteStorage", DType::u8},
        Type{"BoolStorage", DType::boolean}}) {
    CAPTURE(type.klass);
    const std::size_t size = dtype_size(type.dtype);
    std::string data(6 * size, '\0');
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i);
    struct Layout {
      std::vector<std::int32_t> shape, strides;
      std::int32_t first;
      std::vector<std::size_t> elements;  ///< of the storage, in row-major order
    };
    for (const Layout& layout :
         {Layout{{2, 3}, {3, 1}, 0, {0, 1, 2, 3, 4, 5}}, Layout{{3, 2}, {1, 3}, 0, {0, 3, 1, 4, 2, 5}},
          Layout{{2}, {1}, 4, {4, 5}}, Layout{{3}, {2}, 1, {1, 3, 5}}, Layout{{2, 2}, {0, 1}, 2, {2, 3, 2, 3}},
          Layout{{}, {}, 3, {3}}, Layout{{1, 2, 1}, {9, 1, 7}, 0, {0, 1}}, Layout{{0, 3}, {3, 1}, 0, {}},
          Layout{{2, 0}, {1, 1}, 99, {}}, Layout{{2, 1, 3}, {3, 3, 1}, 0, {0, 1, 2, 3, 4, 5}},
          Layout{{2, 2, 1}, {1, 2, 1}, 1, {1, 3, 2, 4}}}) {
      CAPTURE(layout.shape.size());
      const std::string pickle = state_dict(with([&](auto& t) {
        t.klass = type.klass;
        t.shape = layout.shape;
        t.strides = layout.strides;
        t.first = layout.first;
      }));
      std::string expected;
      for (const std::size_t e : layout.elements) expected += data.substr(e * size, size);
      for (const std::string& image : {torch_zip(pickle, data), legacy(pickle, {{"0", data}}, size)}) {
        const auto file = TorchFile::parse(bytes_of(image), "step_1");
        REQUIRE_MESSAGE(file.ok(), file.error().text());
        REQUIRE(file->tensors().size() == 1);
        const trm::TensorView& t = file->tensors()[0];
        CHECK(t.name == "w");
        CHECK(t.dtype == type.dtype);
        CHECK(std::vector<std::int32_t>(t.shape.begin(), t.shape.end()) == layout.shape);
        CHECK(std::string_view(reinterpret_cast<const char*>(t.data.data()), t.data.size()) == expected);
        CHECK(file->verify().ok());
      }
    }
  }
}

TEST_CASE("torch: a parameter is its tensor, and tensors may share a storage") {
  const std::string tensor = TensorOpcodes().tensor();
  const std::string parameter = "ctorch._utils\n_rebuild_parameter\n(" + tensor + "\x88" + kEmptyDict + "tR";
  const std::string pickle = state_dict(text("p") + parameter + text("t") + tensor);
  const std::string image = torch_zip(pickle, kSix);
  const auto file = TorchFile::parse(bytes_of(image), "step_1");
  REQUIRE(file.ok());
  REQUIRE(file->tensors().size() == 2);
  CHECK(file->tensors()[0].name == "p");
  CHECK(file->tensors()[0].data.data() == file->tensors()[1].data.data());
  CHECK(file->tensors()[0].data.data() == bytes_of(image).data() + image.find(kSix));  // a view, not a copy
  CHECK(file->format() == "torch zip");
}

namespace {

/// The pickle of a dict from opcodes of keys and values.
std::string dict(const std::string& items) {
  return "}(" + items + "u";
}
std::string one_tensor(const std::string& name) {
  return dict(text(name) + TensorOpcodes().tensor());
}

/// What is taken of a file in both formats: names of tensors, then the notes; or the error.
std::string taken(const std::string& root, const std::string& state = "") {
  const std::string pickle = kProto + root + ".";
  std::string out;
  for (const std::string& image : {torch_zip(pickle, kSix), legacy(pickle, {{"0", kSix}})}) {
    const auto file = TorchFile::parse(bytes_of(image), "step_1", {state, "embedding_weight"});
    std::string here;
    if (file.ok()) {
      for (const trm::TensorView& t : file->tensors()) {
        here += t.name + " ";
        CHECK(t.data.size() == kSix.size());
      }
      here += "|" + file->state_rest();
      for (const std::string& note : file->notes()) here += "|" + note;
    } else {
      here = file.error().message + "; fix: " + file.error().fix;
    }
    if (!out.empty()) CHECK(here == out);
    out = here;
  }
  return out;
}

}  // namespace

TEST_CASE("torch: the state dict is found among all that a checkpoint holds") {
  const std::string tensor = TensorOpcodes().tensor();
  const std::string model = one_tensor("embedding_weight"), other = one_tensor("w");
  const std::string optimizer =
      dict(text("state") + dict(number(0) + dict(text("exp_avg") + tensor)) + text("param_groups") + "]");
  const std::string note = "|step_1: the state dict \"model\" is taken";
  CHECK(taken(one_tensor("w")) == "w |");
  CHECK(taken(dict(text("model") + model)) == "embedding_weight |" + note);
  CHECK(taken(dict(text("model") + other)) == "w |" + note);
  CHECK(taken(dict(text("model") + model + text("optimizer") + optimizer + text("epoch") + number(7))) ==
        "embedding_weight |" + note + "; beside it: \"optimizer\", \"epoch\"");
  // An optimizer under any name, also where nothing else is; random generators have tensors, too.
  CHECK(taken(dict(text("model") + other + text("adam") + optimizer + text("optim_0") + other)).starts_with("w |"));
  CHECK(taken(dict(text("adam") + optimizer)) ==
        "holds no dict of tensors; fix: save the state dict itself with torch.save");
  CHECK(taken(dict(text("rng") + tensor + text("model") + model)).starts_with("embedding_weight |"));
  CHECK(taken(dict(text("rng") + dict(text("cuda") + tensor) + text("model") + model)).starts_with("embedding_weight"));
  CHECK(taken(dict(text("rng") + tensor + text("model") + other)).starts_with("w |"));
  // At any depth, in lists and tuples.
  CHECK(taken(dict(text("a") + dict(text("b") + dict(text("c") + model)))).find("\"a.b.c\" is taken") !=
        std::string::npos);
  CHECK(taken(model + optimizer + "\x86").find("\"0\" is taken") != std::string::npos);
  CHECK(taken(dict(text("models") + "](" + model + "e")).find("\"models.0\" is taken") != std::string::npos);
  // Scalars and the like in the state dict itself.
  CHECK(taken(dict(text("epoch") + number(7) + text("embedding_weight") + tensor + text("x._extra_state") + "N" +
                   text("betas") + numbers({1, 2}))) ==
        "embedding_weight ||step_1: passed over, for it is no tensor: \"epoch\", \"x._extra_state\", \"betas\"");
}

TEST_CASE("torch: of several state dicts one has to be named") {
  const std::string model = one_tensor("embedding_weight"), other = one_tensor("w");
  const std::string both = dict(text("model") + model + text("ema") +
                                dict(text("decay") + "N" + text("shadow") + model) + text("stats") + other);
  CHECK(taken(both) == "holds several state dicts: \"model\", \"ema.shadow\"; fix: name one with --state");
  CHECK(taken(both, "model").starts_with("embedding_weight |"));
  CHECK(taken(both, "ema.shadow").starts_with("embedding_weight ||step_1: the state dict \"ema.shadow\""));
  CHECK(taken(both, "ema").starts_with("embedding_weight ||step_1: the state dict \"ema.shadow\""));
  CHECK(taken(both, "stats").starts_with("w |"));
  CHECK(taken(both, "best") ==
        "has no state \"best\": it has \"model\", \"ema.shadow\", \"stats\"; fix: name one of these with --state");
  // Beside tensors of the outermost dict: both are models, and none is guessed.
  CHECK(taken(dict(text("embedding_weight") + TensorOpcodes().tensor() + text("ema") + model)) ==
        "holds several state dicts: the outermost dict, \"ema\"; fix: name one with --state");
  // A name may go on within the names of tensors.
  CHECK(taken(dict(text("state_dict") + model), "state_dict.ema_model").starts_with("embedding_weight |ema_model|"));
  CHECK(taken(dict(text("state_dict") + model), "ema_model").starts_with("embedding_weight |ema_model|"));
}

TEST_CASE("torch: plain data beside a model are passed over, whatever they are made of") {
  const std::string model = text("model") + one_tensor("embedding_weight");
  const std::string latin = "c_codecs\nencode\n" + text("\x01") + text("latin1") + "\x86R";
  const std::string dtype = "cnumpy\ndtype\n" + text("u4") + "\x89\x88\x87R" + "(K\3" + text("<") + "NNNtb";
  for (const std::string& data :
       {"cargparse\nNamespace\n)\x81}" + text("lr") + number(1) + "sb",
        "clightning.fabric.utilities.data\nAttributeDict\n)\x81" + text("lr") + number(1) + "s",
        "ccollections\ndefaultdict\nc__builtin__\nlist\n\x85R" + text("a") + "]s",
        "cpathlib\nPosixPath\n" + text("/") + text("data") + "\x86R", "ctorch\nSize\n" + numbers({2, 3}) + "\x85R",
        std::string("ctorch\nbfloat16\n"), "cnumpy.core.multiarray\nscalar\n" + dtype + latin + "\x86R",
        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n" + number(0) + "\x85" + latin + "\x87R(K\1K\2\x85" +
            dtype + "\x89" + latin + "tb",
        "\x8a\x11" + std::string(17, '\x05'),  // a whole number of 136 bits
        "comegaconf.dictconfig\nDictConfig\n)\x81}" + text("_content") + "}sb",
        std::string("c__builtin__\nset\n](K\1e\x85R")}) {
    CAPTURE(data);
    CHECK(taken(dict(model + text("other") + data)).starts_with("embedding_weight |"));
  }
  CHECK(taken(dict(model + text("other") + "cos\nsystem\n" + text("id") + "\x85R"))
            .starts_with("global \"os.system\" is not allowed"));
}

TEST_CASE("torch: strides that repeat elements cannot ask for any amount of memory") {
  const std::string pickle = state_dict(with([](auto& t) {
    t.shape = {1 << 20, 1 << 20};
    t.strides = {0, 0};
  }));
  CHECK(parse_error(torch_zip(pickle, kSix)) ==
        "step_1: w: is not contiguous and too large to be copied: 4398046511104 bytes; fix: save tensor.contiguous()");
  std::string many;
  for (int i = 0; i < 5; ++i) {
    many += text("w" + std::to_string(i)) + with([](auto& t) {
                                              t.shape = {1 << 22, 1};
                                              t.strides = {0, 1};
                                            }).tensor();
  }
  CHECK(parse_error(torch_zip(state_dict(many), kSix)) ==
        "step_1: w4: is not contiguous and too large to be copied: 16777216 bytes; fix: save tensor.contiguous()");
}

TEST_CASE("torch: a file that is cut or has a changed byte gives an error or tensors inside the file") {
  const std::string pickle = state_dict(TensorOpcodes());
  for (const std::string& good : {torch_zip(pickle, kSix), legacy(pickle, {{"0", kSix}})}) {
    for (std::size_t cut = 0; cut < good.size(); ++cut) {
      CAPTURE(cut);
      CHECK(parse_error(good.substr(0, cut)).find("step_1: ") == 0);
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const int flip : {1, 2, 0x10, 0x80, 0xFF}) {
        std::string image = good;
        image[at] = static_cast<char>(image[at] ^ flip);
        const auto file = TorchFile::parse(bytes_of(image), "step_1");
        if (!file.ok()) continue;
        for (const trm::TensorView& t : file->tensors()) REQUIRE(t.data.size() == *tensor_bytes(t.dtype, t.shape));
      }
    }
  }
}

}  // namespace test_torch_file
