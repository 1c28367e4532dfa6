// Pickles: what torch.save writes becomes a tree of values, and everything else an error with its place.
#include <doctest/doctest.h>

#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/import/pickle.h"
#include "engine/import/pickle_opcodes.h"
#include "engine/import/torch_state.h"
#include "tests/engine/torch_image.h"

namespace test_pickle {

using trm::Pickle;
using trm::PickleValue;
using namespace trm::test;
using Kind = PickleValue::Kind;

namespace {

trm::Result<Pickle> parse(const std::string& pickle) {
  return Pickle::parse(bytes_of(pickle), "step_1", "data.pkl", trm::torch_globals());
}

std::string parse_error(const std::string& pickle) {
  const auto result = parse(pickle);
  return result.ok() ? "parsed" : result.error().text();
}

const char* const kAgain = "; fix: fetch or write the file again";
const char* const kNever = "; fix: save only a state dict with torch.save; never load this file with an unpickler";
const char* const kCheck = "; fix: check that this is a checkpoint";

struct Hostile {
  std::string pickle;  ///< without PROTO
  std::size_t at;      ///< of the opcode that is refused, PROTO counted
  std::string error;
};

std::string repeated(const std::string& opcodes, std::size_t times) {
  std::string out;
  out.reserve(opcodes.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += opcodes;
  return out;
}

std::vector<Hostile> hostile_pickles() {
  using S = std::string;
  const S none_left = ", 0 are left";
  const S big = le<std::uint32_t>(0x7FFFFFFF);
  return {
      // Code that wants to run.
      {"cos\nsystem\n(" + text("rm -rf .") + "tR.", 2, S("global \"os.system\" is not allowed") + kNever},
      {"cposix\nsystem\n" + text("id") + "\x85R.", 2, S("global \"posix.system\" is not allowed") + kNever},
      {"cbuiltins\neval\n" + text("1") + "\x85R.", 2, S("global \"builtins.eval\" is not allowed") + kNever},
      {"c__builtin__\nexec\n" + text("1") + "\x85R.", 2, S("global \"__builtin__.exec\" is not allowed") + kNever},
      {"ctorch\nload\n" + text("x") + "\x85R.", 2, S("global \"torch.load\" is not allowed") + kNever},
      {"ctorch.FloatStorage\nfrom_file\n)R.", 2, S("global \"torch.FloatStorage.from_file\" is not allowed") + kNever},
      {"ctorch._utils\n_rebuild_tensor\n)R.", 2, S("global \"torch._utils._rebuild_tensor\" is not allowed") + kNever},
      {"c\n\n)R.", 2, S("global \".\" is not allowed") + kNever},
      {text("os.system") + ")R.", 17, S("REDUCE of a text, which is no callable") + kNever},
      {"ctorch\nFloatStorage\n)R.", 23, S("REDUCE of torch.FloatStorage, which may not be called") + kNever},
      {kEmptyDict + ")R.", 30, S("REDUCE of a dict, which is no callable") + kNever},
      {"ctorch._utils\n_rebuild_tensor_v2\n}R.", 36, S("REDUCE with a dict, needs a tuple") + kAgain},
      {"ccollections\nOrderedDict\n]\x85R.", 29, S("OrderedDict with arguments, none are known") + kAgain},
      {"ctorch\nFloatStorage\n}b.", 23, S("BUILD on a global, only an OrderedDict may have attributes") + kNever},
      {"}}b.", 4, S("BUILD on a dict, only an OrderedDict may have attributes") + kNever},
      {kEmptyDict + ")b.", 30, S("BUILD with a tuple, needs a dict") + kAgain},
      // Opcodes of other protocols, and bytes that are none.
      {"(i__main__\nX\n.", 3, S("opcode 0x69 (INST) is not allowed") + kNever},
      {"(cos\nsystem\no.", 3, S("global \"os.system\" is not allowed") + kNever},
      {"(o.", 3, S("opcode 0x6f (OBJ) is not allowed") + kNever},
      {")\x81.", 3, S("stack underflow: NEWOBJ takes 2, 1 is there") + kAgain},
      {"ctorch\nFloatStorage\n)\x81.", 23, S("NEWOBJ of torch.FloatStorage, which may not be called") + kNever},
      {"cargparse\nNamespace\n]\x81.", 23, S("NEWOBJ with a list, needs a tuple") + kAgain},
      {"\x82\x01.", 2, S("opcode 0x82 (EXT1) is not allowed") + kNever},
      {S("\x83\x01\0.", 4), 2, S("opcode 0x83 (EXT2) is not allowed") + kNever},
      {S("\x84\x01\0\0\0.", 6), 2, S("opcode 0x84 (EXT4) is not allowed") + kNever},
      {"Pos\n.", 2, S("opcode 0x50 (PERSID) is not allowed") + kNever},
      {text("os") + text("system") + "\x93.", 20, S("opcode 0x93 (STACK_GLOBAL) is not allowed") + kNever},
      {"B" + big + ".", 2, S("opcode 0x42 (BINBYTES) is not allowed") + kNever},
      {"\x8e" + le<std::uint64_t>(1ULL << 62) + ".", 2, S("opcode 0x8e (BINBYTES8) is not allowed") + kNever},
      {"I99999999999999999999\n.", 2, S("opcode 0x49 (INT) is not allowed") + kNever},
      {"\x97.", 2, S("opcode 0x97 (NEXT_BUFFER) is not allowed") + kNever},
      {"N2.", 3, S("opcode 0x32 (DUP) is not allowed") + kNever},
      {"\xFF.", 2, S("opcode 0xff is unknown") + kNever},
      {S("\0", 1), 2, S("opcode 0x00 is unknown") + kNever},
      {"N" + kProto + ".", 3, S("PROTO is not at the beginning") + kAgain},
      // Texts and numbers.
      {"X" + big + ".", 2, S("has a text of 2147483647 bytes, more than the limit of 65536") + kCheck},
      {"X" + le<std::uint32_t>(65537) + S(65537, 'x') + ".", 2,
       S("has a text of 65537 bytes, more than the limit of 65536") + kCheck},
      {"X" + le<std::uint32_t>(9) + "short", 2, S("BINUNICODE needs 9 bytes, 5 are left") + kAgain},
      {"X\x01", 2, S("BINUNICODE needs 4 bytes, 1 are left") + kAgain},
      {text("\xFF") + ".", 2, S("has a text that is not UTF-8") + kAgain},
      {"cos", 2, S("GLOBAL needs 3 bytes, 2 are left") + kAgain},
      {"cos\nsystem", 2, S("GLOBAL needs 7 bytes, 6 are left") + kAgain},
      {"c" + S(65537, 'x') + "\n\n.", 2, S("GLOBAL has a name that is too long or not UTF-8") + kAgain},
      {"c\xFF\nx\n.", 2, S("GLOBAL has a name that is too long or not UTF-8") + kAgain},
      {"\x8a\xFF", 2, S("LONG1 needs 255 bytes") + none_left + kAgain},
      {"J\x01", 2, S("BININT needs 4 bytes, 1 are left") + kAgain},
      {"G\x01", 2, S("BINFLOAT needs 8 bytes, 1 are left") + kAgain},
      // The stack.
      {".", 2, S("stack underflow: STOP takes 1, 0 are there") + kAgain},
      {"R", 2, S("stack underflow: REDUCE takes 2, 0 are there") + kAgain},
      {")R", 3, S("stack underflow: REDUCE takes 2, 1 is there") + kAgain},
      {"N(R", 4, S("stack underflow: REDUCE takes 2, 0 are there") + kAgain},
      {"N\x87", 3, S("stack underflow: TUPLE3 takes 3, 1 is there") + kAgain},
      {"Q", 2, S("stack underflow: BINPERSID takes 1, 0 are there") + kAgain},
      {"}Ns", 4, S("stack underflow: SETITEM takes 3, 2 are there") + kAgain},
      {"a", 2, S("stack underflow: APPEND takes 2, 0 are there") + kAgain},
      {"(Nu", 4, S("stack underflow: SETITEMS takes 1, 0 are there") + kAgain},
      {"b", 2, S("stack underflow: BUILD takes 2, 0 are there") + kAgain},
      {S("q\0", 2), 2, S("stack underflow: BINPUT takes 1, 0 are there") + kAgain},
      {"t", 2, S("TUPLE without MARK") + kAgain},
      {"}u", 3, S("SETITEMS without MARK") + kAgain},
      {"]e", 3, S("APPENDS without MARK") + kAgain},
      {"N(.", 4, S("stack underflow: STOP takes 1, 0 are there") + kAgain},
      {"(N.", 4, S("ends inside a MARK") + kAgain},
      {"NN.", 4, S("ends with 2 values instead of one") + kAgain},
      {"N", 3, S("ends without STOP") + kAgain},
      {"", 2, S("ends without STOP") + kAgain},
      // Values of the wrong kind.
      {"]NNs.", 5, S("SETITEM on a list, needs a dict") + kAgain},
      {"}Na.", 4, S("APPEND on a dict, needs a list") + kAgain},
      {")(Ne.", 5, S("APPENDS on a tuple, needs a list") + kAgain},
      {"}(Nu.", 5, S("SETITEMS has a key without a value") + kAgain},
      // The memo.
      {"h\x07.", 2, S("memo 7 is not set") + kAgain},
      {"j" + le<std::uint32_t>(0xFFFFFFFF) + ".", 2, S("memo 4294967295 is not set") + kAgain},
      {"Nq\x05h\x04.", 5, S("memo 4 is not set") + kAgain},
      {"Nr" + le<std::uint32_t>(0xFFFFFFFF) + ".", 3, S("memo index 4294967295 exceeds the limit of 262144") + kCheck},
      // Limits.
      {repeated("(", 65), 66, S("nests MARK deeper than 64") + kCheck},
      {")" + repeated("\x85", 64), 66, S("nests values deeper than 64") + kCheck},
      {S("]q\0", 3) + repeated(S("h\0a", 3), 64), 7 + 3 * 63, S("nests values deeper than 64") + kCheck},
      {repeated("N", Pickle::kMaxValues + 1), 2 + Pickle::kMaxValues, S("has more than 262144 values") + kCheck},
      {S("Nq\0", 3) + repeated(S("h\0", 2), Pickle::kMaxValues), 5 + 2 * (Pickle::kMaxValues - 1),
       S("has more than 262144 values on its stack") + kCheck},
      {S("]q\0", 3) + repeated(S("q\0", 2), Pickle::kMaxBytes / 2), Pickle::kMaxBytes - 1,
       S("has more than 16777216 bytes") + kCheck},
  };
}

}  // namespace

TEST_CASE("pickle: hostile ones") {
  const auto cases = hostile_pickles();
  CHECK(cases.size() >= 25);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    CHECK(parse_error(kProto + cases[i].pickle) ==
          "step_1: data.pkl at byte " + std::to_string(cases[i].at) + ": " + cases[i].error);
    CHECK(seen.insert(cases[i].pickle).second);
  }
}

TEST_CASE("pickle: what does not begin as protocol 2") {
  const std::string start = "step_1: data.pkl at byte 0: ";
  CHECK(parse_error("") == start + "ends without STOP" + kAgain);
  CHECK(parse_error("N.") == start + "is no pickle: it does not begin with PROTO" + kAgain);
  CHECK(parse_error("\x80") == start + "PROTO needs 1 bytes, 0 are left" + kAgain);
  for (const int version : {0, 1, 3, 4, 5, 255}) {
    CAPTURE(version);
    CHECK(parse_error("\x80" + std::string(1, static_cast<char>(version)) + "N.") ==
          start + "has pickle protocol " + std::to_string(version) +
              ", only 2 is read; fix: save it with torch.save and its default protocol");
  }
}

TEST_CASE("pickle: every byte is either an opcode that is read or refused by name") {
  std::size_t refused = 0;
  for (int code = 0; code < 256; ++code) {
    CAPTURE(code);
    const std::string error = parse_error(kProto + static_cast<char>(code));
    if (error.find(" is unknown") != std::string::npos || error.find(") is not allowed") != std::string::npos)
      ++refused;
    CHECK(error != "parsed");
  }
  CHECK(refused == 256 - 32);
}

TEST_CASE("pickle: every kind of value") {
  // Built from parts with their lengths, because some bytes are zero.
  const std::string whole = kProto + "(N\x88\x89" + "K\x07" + std::string("M\x00\x01", 3) + number(-5) +
                            std::string("\x8a\x02\x00\x80", 4) + std::string("\x8a\x00", 2) +
                            std::string("G\x3f\xf8\0\0\0\0\0\0", 9) + text("w\xC3\xA4") + "]}" + kEmptyDict +
                            "ctorch\nFloatStorage\n)N\x85NN\x86NNN\x87Nq\x01h\x01t.";
  const auto result = parse(whole + "rest");
  REQUIRE_MESSAGE(result.ok(), result.error().text());
  CHECK(result->size() == whole.size());
  const PickleValue& root = result->root();
  REQUIRE(root.kind == Kind::tuple);
  const std::vector<Kind> kinds{Kind::none,    Kind::boolean, Kind::boolean, Kind::integer, Kind::integer,
                                Kind::integer, Kind::integer, Kind::integer, Kind::real,    Kind::text,
                                Kind::list,    Kind::dict,    Kind::dict,    Kind::global,  Kind::tuple,
                                Kind::tuple,   Kind::tuple,   Kind::tuple,   Kind::none,    Kind::none};
  REQUIRE(root.items.size() == kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    CAPTURE(i);
    CHECK(root.items[i]->kind == kinds[i]);
  }
  const std::vector<std::int64_t> integers{1, 0, 7, 256, -5, -32768, 0};
  for (std::size_t i = 0; i < integers.size(); ++i) CHECK(root.items[i + 1]->integer == integers[i]);
  CHECK(root.items[8]->real == 1.5);
  CHECK(root.items[9]->text == "w\xC3\xA4");
  CHECK(root.items[13]->text == "torch.FloatStorage");
  CHECK(root.items[17]->items.size() == 3);
  CHECK(root.items[18] == root.items[19]);  // the memo gives the value itself
  CHECK(root.depth == 3);
  CHECK(root.items[0]->offset == 3);
}

TEST_CASE("pickle: calls, persistent ids and attributes are kept as data") {
  const auto result = parse(kProto + kEmptyDict + "(" + text("k") + TensorOpcodes().tensor() + "u}" +
                            text("_metadata") + kEmptyDict + "sb.");
  REQUIRE(result.ok());
  const PickleValue& root = result->root();
  REQUIRE(root.kind == Kind::dict);
  REQUIRE(root.items.size() == 2);  // and nothing of _metadata
  const PickleValue& call = *root.items[1];
  CHECK(call.kind == Kind::call);
  CHECK(call.text == "torch._utils._rebuild_tensor_v2");
  REQUIRE(call.items.size() == 1);
  REQUIRE(call.items[0]->items.size() == 6);
  const PickleValue& storage = *call.items[0]->items[0];
  CHECK(storage.kind == Kind::persistent);
  CHECK(storage.items[0]->items[0]->text == "storage");
}

TEST_CASE("pickle: a list that holds itself is legal, and harmless") {
  const auto result = parse(kProto + std::string("]q\0h\0a.", 7));
  REQUIRE(result.ok());
  CHECK(result->root().items[0] == &result->root());
}

TEST_CASE("pickle: a state dict that is cut at any byte") {
  const std::string whole = state_dict(TensorOpcodes());
  CHECK(parse_error(whole) == "parsed");
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    CAPTURE(cut);
    CHECK(parse_error(whole.substr(0, cut)).find("step_1: data.pkl at byte ") == 0);
  }
}

}  // namespace test_pickle
