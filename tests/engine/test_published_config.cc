// Configurations of published models: derived sizes against the published parameter counts, and what is refused.
#include <doctest/doctest.h>

#include <string>

#include "engine/json/json_object.h"
#include "engine/model/canvas_config.h"

namespace test_published_config {

using namespace trm;

namespace {

std::string text_of(const std::string& arch, const std::string& fields) {
  return "{\"arch\":\"" + arch +
         "\",\"model\":{\"vocab_size\":12,\"seq_len\":24,\"num_puzzle_identifiers\":5,\"hidden_size\":128,"
         "\"num_heads\":4,\"puzzle_emb_ndim\":128" +
         (fields.empty() ? "" : ",") + fields + "}}";
}

std::string parse_error(const std::string& text) {
  const auto config = CanvasConfig::parse(text, "c");
  if (!config.ok()) return config.error().text();
  CHECK(config->validate().ok());
  const auto again = CanvasConfig::parse(config->canonical(), "c");
  REQUIRE(again.ok());
  CHECK(*again == *config);
  CHECK(again->canonical() == config->canonical());
  return "parsed";
}

}  // namespace

TEST_CASE("published configuration: the inner width of the SwiGLU") {
  CanvasConfig c;
  struct Case {
    std::size_t width, inner;
  };
  for (const Case& i : {Case{64, 256}, Case{96, 256}, Case{97, 512}, Case{128, 512}, Case{192, 512}, Case{512, 1536},
                        Case{916, 2560}}) {
    CAPTURE(i.width);
    CHECK(c.mlp_inner(i.width) == i.inner);
  }
  c.expansion = 0.75;  // 0.75 * 513 * 2 / 3 = 256.5, half to even
  CHECK(c.mlp_inner(513) == 256);
}

TEST_CASE("published configuration: the prefix") {
  CanvasConfig c;
  c.hidden_size = 64;
  c.seq_len = 20;
  struct Case {
    std::size_t ndim, len, prefix;
  };
  for (const Case& i : {Case{0, 0, 0}, Case{64, 0, 1}, Case{64, 16, 16}, Case{160, 0, 3}, Case{65, 0, 2}}) {
    CAPTURE(i.ndim);
    c.puzzle_emb_ndim = i.ndim;
    c.puzzle_emb_len = i.len;
    CHECK(c.prefix_len() == i.prefix);
    CHECK(c.total_len() == i.prefix + 20);
  }
}

TEST_CASE("published configuration: every architecture, its defaults and its canonical text") {
  for (const char* name : {"trm", "trm_singlez", "trm_hier6", "hrm", "transformer_baseline"}) {
    CAPTURE(name);
    const auto arch = parse_arch(name);
    REQUIRE(arch);
    CHECK(arch_name(*arch) == name);
    CHECK(parse_error(text_of(name, "")) == "parsed");
    const auto c = CanvasConfig::parse(text_of(name, ""), "c");
    CanvasConfig expected = CanvasConfig::defaults(*arch);
    expected.vocab_size = 12;
    expected.seq_len = 24;
    expected.num_puzzle_identifiers = 5;
    expected.hidden_size = 128;
    expected.num_heads = 4;
    expected.puzzle_emb_ndim = 128;
    CHECK(*c == expected);
  }
  CHECK(!parse_arch("gpt"));
  const CanvasConfig hrm = CanvasConfig::defaults(CanvasArch::hrm);
  CHECK(hrm.has_H_level());
  CHECK(hrm.has_L_level());
  CHECK(hrm.H_layers == 4);
  const CanvasConfig baseline = CanvasConfig::defaults(CanvasArch::transformer_baseline);
  CHECK(baseline.has_H_level());
  CHECK(!baseline.has_L_level());
  CHECK(!CanvasConfig::defaults(CanvasArch::trm).has_H_level());
}

TEST_CASE("published configuration: fields of a run are no fields of the model") {
  CHECK(parse_error(text_of("trm", "\"batch_size\":768,\"causal\":false")) == "parsed");
}

TEST_CASE("published configuration: an object of a larger file") {
  auto json = JsonObject::parse("{\"case\":\"x\"," + text_of("hrm", "").substr(1), "c");
  REQUIRE(json.ok());
  const auto c = read_published_config(*json, "c");
  REQUIRE(c.ok());
  CHECK(c->arch == CanvasArch::hrm);
  CHECK(CanvasConfig::parse("{\"case\":\"x\"," + text_of("hrm", "").substr(1), "c").error().text() ==
        "c: case: is an unknown field; fix: remove it");
}

TEST_CASE("published configuration: what is refused") {
  struct Case {
    const char* arch;
    const char* fields;
    const char* error;
  };
  for (const Case& i : {
           Case{"trn", "",
                "arch: \"trn\" is not one of trm, trm_singlez, trm_hier6, hrm, transformer_baseline; fix: did "
                "you mean \"trm\"?"},
           Case{"trm", "\"hiden_size\":3", "model.hiden_size: is an unknown field; fix: did you mean \"hidden_size\"?"},
           Case{"trm", "\"L_layers\":0", "model.L_layers: must be positive; fix: 2 is the usual value of TRM"},
           Case{"hrm", "\"H_layers\":0", "model.H_layers: must be positive; fix: 4 is the usual value of HRM"},
           Case{"trm", "\"L_cycles\":0", "model.L_cycles: must be positive; fix: 6 is the usual value of TRM"},
           Case{"trm", "\"H_cycles\":0", "model.H_cycles: must be positive; fix: 3 is the usual value of TRM"},
           Case{"trm_hier6", "\"L_cycles\":7",
                "model.L_cycles: exceeds the six states of trm_hier6; fix: use at most 6"},
           Case{"hrm", "\"puzzle_emb_len\":16",
                "model.puzzle_emb_len: is no field of hrm; fix: leave it at 0: the prefix follows from "
                "puzzle_emb_ndim"},
           Case{"hrm", "\"pos_encodings\":\"none\"",
                "model.pos_encodings: hrm needs positions; fix: use rope or learned"},
           Case{"transformer_baseline", "\"mlp_t\":true",
                "model.mlp_t: is no field of transformer_baseline; fix: leave it false"},
           Case{"trm", "\"halt_max_steps\":0",
                "model.halt_max_steps: must be from 1 to 1048576, is 0; fix: use a value in this range"},
           Case{"trm", "\"forward_dtype\":\"float64\"",
                "model.forward_dtype: \"float64\" is not one of bfloat16, float16, float32; fix: did you mean "
                "\"float16\"?"},
       }) {
    CAPTURE(i.fields);
    CHECK(parse_error(text_of(i.arch, i.fields)) == std::string("c: ") + i.error);
  }
  CHECK(parse_error("{\"model\":{}}") == "c: arch: is missing; fix: add it");
  CHECK(parse_error("{\"arch\":\"trm\"}") == "c: model: is missing; fix: add it");
  CHECK(parse_error("{\"arch\":\"trm\",\"model\":{}}") == "c: model.vocab_size: is missing; fix: add it");

  CanvasConfig c = CanvasConfig::defaults(CanvasArch::trm);
  c.vocab_size = 12;
  c.seq_len = 24;
  c.num_puzzle_identifiers = 5;
  c.hidden_size = 64;
  c.puzzle_emb_ndim = 64;
  REQUIRE(c.validate().ok());
  const auto refused = [&c](auto change) {
    CanvasConfig changed = c;
    change(changed);
    const Status status = changed.validate();
    return status.ok() ? "valid" : status.error().text();
  };
  CHECK(refused([](auto& x) { x.expansion = 0.01; }) ==
        "model.expansion: leaves the SwiGLU no width; fix: 4 is the usual value");
  CHECK(refused([](auto& x) { x.num_heads = 65; }) ==
        "model.num_heads: exceeds hidden_size; fix: 8 is the usual value");
  CHECK(refused([](auto& x) { x.num_heads = 3; }) ==
        "model.num_heads: gives an odd head size of 21, which rope cannot rotate; fix: use an even hidden_size / "
        "num_heads");
  CHECK(refused([](auto& x) {
          x.num_heads = 3;
          x.mlp_t = true;
        }) == "valid");
  CHECK(refused([](auto& x) { x.puzzle_emb_ndim = 0; }) ==
        "model.puzzle_emb_len: asks for a prefix, but puzzle_emb_ndim is 0; fix: set puzzle_emb_len 0");
  CHECK(refused([](auto& x) {
          x.puzzle_emb_len = 2;
          x.puzzle_emb_ndim = 129;
        }) ==
        "model.puzzle_emb_ndim: is 129, the prefix of 2 positions holds 128; fix: raise puzzle_emb_len or set it 0");
  CHECK(refused([](auto& x) { x.conv_kernel = 4; }) ==
        "model.conv_kernel: is even, a convolution over a grid has a middle; fix: use an odd number");
  CHECK(refused([](auto& x) { x.conv_kernel = 3; }) ==
        "model.conv_kernel: needs a square canvas, 24 cells are none; fix: use 0");
  CHECK(refused([](auto& x) {
          x.conv_kernel = 3;
          x.seq_len = 25;
        }) == "model.conv_kernel: needs a canvas without prefix; fix: set puzzle_emb_ndim 0");
  CHECK(refused([](auto& x) { x.num_puzzle_identifiers = 0; }) ==
        "model.num_puzzle_identifiers: must be positive; fix: give the rows of the puzzle table");
}

}  // namespace test_published_config
