// From tensors to a configuration: every architecture, what follows from shapes, what must be asked for, what
// contradicts.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/import/import.h"
#include "engine/import/published_shapes.h"
#include "engine/import/save_published.h"
#include "engine/model/published_names.h"
#include "engine/model/published_tensors.h"
#include "engine/store/published_file.h"
#include "engine/store/row_list.h"
#include "tests/engine/support.h"

namespace test_import {

using namespace trm;

namespace {

CanvasConfig small(CanvasArch arch) {
  CanvasConfig c = CanvasConfig::defaults(arch);
  c.vocab_size = 5;
  c.seq_len = 9;
  c.num_puzzle_identifiers = 4;
  c.hidden_size = 8;
  c.num_heads = 2;
  c.puzzle_emb_ndim = 8;
  c.L_layers = c.has_L_level() ? 2 : 0;
  c.H_layers = c.has_H_level() ? 3 : 0;
  return c;
}

/// The tensors of a configuration; their data are all zero and shared.
struct Checkpoint {
  std::vector<float> zeros;
  std::vector<TensorView> tensors;

  explicit Checkpoint(const CanvasConfig& config, const std::string& prefix = "") {
    std::size_t most = 0;
    const auto all = published_tensors(config);
    for (const auto& t : all) most = std::max(most, *tensor_bytes(DType::f32, t.shape));
    zeros.resize(most / 4);
    for (const auto& t : all) {
      tensors.push_back({prefix + t.name, DType::f32, t.shape,
                         std::as_bytes(std::span(zeros)).first(*tensor_bytes(DType::f32, t.shape))});
    }
  }
  TensorView& find(const std::string& name) {
    for (TensorView& t : tensors) {
      if (t.name == "model.inner." + name) return t;
    }
    FAIL("no tensor " << name);
    return tensors[0];
  }
  void erase(const std::string& name) {
    std::erase_if(tensors, [&](const auto& t) { return t.name == "model.inner." + name; });
  }
};

using Options = std::map<std::string, std::string>;

/// All that the tensors cannot tell.
Options options_of(const CanvasConfig& c) {
  Options out{{"seq_len", std::to_string(c.seq_len)},
              {"num_heads", std::to_string(c.num_heads)},
              {"H_cycles", std::to_string(c.H_cycles)},
              {"L_cycles", std::to_string(c.L_cycles)},
              {"pos_encodings", std::string(pos_encodings_name(c.pos_encodings))}};
  if (c.arch <= CanvasArch::trm_hier6) out["puzzle_emb_len"] = std::to_string(c.puzzle_emb_len);
  return out;
}

std::string import_error(const Checkpoint& checkpoint, const Options& options, const YamlSection* yaml = nullptr) {
  const auto import = import_published(checkpoint.tensors, "step_1", {yaml, "c.yaml", options});
  return import.ok() ? "imported" : import.error().text();
}

}  // namespace

TEST_CASE("published tensors: the published numbers of parameters") {
  const auto parameters = [](CanvasConfig c) {
    c.num_puzzle_identifiers = 1;
    c.hidden_size = c.puzzle_emb_ndim = 512;
    std::size_t sum = 0;
    for (const PublishedTensor& t : published_tensors(c)) {
      if (t.name == kPuzzleTable || t.name.ends_with("_init")) continue;
      sum += *tensor_bytes(DType::u8, t.shape);
    }
    return sum;
  };
  struct Task {
    std::size_t seq_len, vocab, attention, mlp;
  };
  for (const Task& task : {Task{81, 11, 6'828'034, 5'028'866}, Task{900, 6, 6'822'914, 18'795'522},
                           Task{900, 12, 6'829'058, 18'801'666}}) {
    CAPTURE(task.vocab);
    CanvasConfig c = CanvasConfig::defaults(CanvasArch::trm);
    c.seq_len = task.seq_len;
    c.vocab_size = task.vocab;
    CHECK(parameters(c) == task.attention);
    c.mlp_t = true;
    CHECK(parameters(c) == task.mlp);
  }
  CanvasConfig hrm = CanvasConfig::defaults(CanvasArch::hrm);
  hrm.seq_len = 81;
  hrm.vocab_size = 11;
  CHECK(parameters(hrm) == 27'275'266);
  CanvasConfig baseline = CanvasConfig::defaults(CanvasArch::transformer_baseline);
  baseline.seq_len = 900;
  baseline.vocab_size = 12;
  CHECK(parameters(baseline) == 27'145'218);
}

TEST_CASE("import: every architecture comes back from its tensors and options") {
  for (const CanvasArch arch : {CanvasArch::trm, CanvasArch::trm_singlez, CanvasArch::trm_hier6, CanvasArch::hrm,
                                CanvasArch::transformer_baseline}) {
    for (const char* variant : {"plain", "mlp_t", "learned", "no table", "conv"}) {
      for (const std::string prefix : {"", "_orig_mod."}) {
        CAPTURE(arch_name(arch));
        CAPTURE(variant);
        CanvasConfig c = small(arch);
        const std::string v = variant;
        if (v == "mlp_t") {
          if (arch == CanvasArch::transformer_baseline) continue;
          c.mlp_t = true;
          c.num_heads = 8;
          if (arch != CanvasArch::hrm) c.pos_encodings = PosEncodings::none;
        } else if (v == "learned") {
          c.pos_encodings = PosEncodings::learned;
        } else if (v == "no table") {
          c.puzzle_emb_ndim = c.puzzle_emb_len = c.num_puzzle_identifiers = 0;
        } else if (v == "conv") {
          c.puzzle_emb_ndim = c.puzzle_emb_len = c.num_puzzle_identifiers = 0;
          c.conv_kernel = 3;
        }
        REQUIRE(c.validate().ok());
        const Checkpoint checkpoint(c, prefix);
        const Options options = options_of(c);
        const auto import = import_published(checkpoint.tensors, "step_1", {nullptr, "", options});
        REQUIRE_MESSAGE(import.ok(), import.error().text());
        CHECK(import->config == c);
        CHECK(import->compiled == !prefix.empty());
        CHECK(import->warnings.empty());
        const auto shapes = read_published_shapes(import->tensors, "step_1");
        CHECK(shapes->arch == arch);
        CHECK(shapes->total_len.has_value() == (v == "mlp_t" || v == "learned"));
      }
    }
  }
}

TEST_CASE("import: the length follows where a shape tells it") {
  CanvasConfig c = small(CanvasArch::trm);
  c.mlp_t = true;
  c.num_heads = 8;
  c.pos_encodings = PosEncodings::none;
  const Checkpoint checkpoint(c);
  Options options{{"H_cycles", "3"}, {"L_cycles", "6"}};
  CHECK(import_error(checkpoint, options) == "step_1: the tensors do not tell seq_len; fix: give --seq-len");
  for (const auto& known : {std::pair{"seq_len", "9"}, std::pair{"puzzle_emb_len", "16"}}) {
    Options more = options;
    more.insert(known);
    const auto import = import_published(checkpoint.tensors, "step_1", {nullptr, "", more});
    REQUIRE_MESSAGE(import.ok(), import.error().text());
    CHECK(import->config == c);
  }
  options["puzzle_emb_len"] = "25";
  CHECK(import_error(checkpoint, options) ==
        "--puzzle-emb-len: is 25, the tensors of step_1 have 25 positions; fix: give the configuration of this "
        "checkpoint");
  options["puzzle_emb_len"] = "16";
  options["seq_len"] = "10";
  CHECK(import_error(checkpoint, options) ==
        "--seq-len: is 10 behind 16 prefix positions, the tensors of step_1 have 25 positions; fix: give the "
        "configuration "
        "of this checkpoint");
  // A file that leaves the prefix out means the default of the class.
  const YamlSection yaml{{"H_cycles", {"3", false, 1}}, {"L_cycles", {"6", false, 2}}};
  CHECK(import_published(checkpoint.tensors, "step_1", {&yaml, "c.yaml", {}})->config == c);
}

TEST_CASE("import: tensors that are missing, unknown or of another shape") {
  const CanvasConfig c = small(CanvasArch::trm);
  const Options options = options_of(c);
  const auto changed = [&](const std::function<void(Checkpoint&)>& change) {
    Checkpoint checkpoint(c);
    change(checkpoint);
    return import_error(checkpoint, options);
  };
  const auto reshape = [](const std::string& name, std::vector<std::size_t> shape) {
    return [=](Checkpoint& k) { k.find(name).shape = shape; };
  };
  const std::string inner = "step_1: model.inner.";
  const std::string whole = "; fix: give a checkpoint of TRM, HRM or the transformer baseline";
  CHECK(changed([](Checkpoint&) {}) == "imported");
  CHECK(changed([](Checkpoint& k) { k.tensors.clear(); }) ==
        "step_1: has no tensor model.inner.embed_tokens.embedding_weight" + whole);
  // A part of the model may be wrapped, the rest not.
  CHECK(changed([](Checkpoint& k) { k.find("lm_head.weight").name = "_orig_mod.model.inner.lm_head.weight"; }) ==
        "imported");
  CHECK(changed([](Checkpoint& k) {
          k.tensors.push_back(k.find("q_head.bias"));
          k.tensors.back().name = "_orig_mod.model.inner.q_head.bias";
        }) == inner +
                  "q_head.bias: is there twice, as \"model.inner.q_head.bias\" and "
                  "\"_orig_mod.model.inner.q_head.bias\"; fix: keep one of the two");
  CHECK(changed([](Checkpoint& k) {
          std::erase_if(k.tensors, [](auto& t) { return t.name.find("level") != t.name.npos; });
        }) == "step_1: has no layers L_level or H_level" + whole);
  CHECK(changed([](Checkpoint& k) { k.erase("L_level.layers.0.mlp.down_proj.weight"); }) ==
        inner +
            "L_level.layers.0.mlp.down_proj.weight: tensor is missing; the nearest that is there is "
            "model.inner.L_level.layers.1.mlp.down_proj.weight; fix: give a whole checkpoint");
  CHECK(changed([](Checkpoint& k) { k.erase("L_level.layers.0.self_attn.o_proj.weight"); }) ==
        inner +
            "L_level.layers.0.self_attn.o_proj.weight: tensor is missing; the nearest that is there is "
            "model.inner.L_level.layers.1.self_attn.o_proj.weight; fix: give a whole checkpoint");
  CHECK(changed([](Checkpoint& k) { k.erase("L_level.layers.1.mlp.down_proj.weight"); }) ==
        inner +
            "L_level.layers.1.mlp.down_proj.weight: tensor is missing; the nearest that is there is "
            "model.inner.L_level.layers.0.mlp.down_proj.weight; fix: the configuration asks for it");
  CHECK(changed([](Checkpoint& k) { k.erase("q_head.bias"); }) ==
        inner +
            "q_head.bias: tensor is missing; the nearest that is there is model.inner.q_head.weight; fix: the "
            "configuration asks for it");
  CHECK(changed([](Checkpoint& k) { k.find("q_head.bias").name = "model.inner.q_head.bias2"; }) ==
        inner +
            "q_head.bias: tensor is missing; the nearest that is there is model.inner.q_head.bias2; fix: the "
            "configuration asks for it");
  CHECK(changed([](Checkpoint& k) {
          k.tensors.push_back(k.find("q_head.bias"));
          k.tensors.back().name = "model.inner.extra";
        }) == inner + "extra: tensor is unknown to the configuration; fix: remove it or correct the configuration");
  CHECK(changed(reshape("embed_tokens.embedding_weight", {5})) ==
        inner + "embed_tokens.embedding_weight: has shape (5); fix: a matrix is expected");
  CHECK(changed(reshape("puzzle_emb.weights", {0, 8})) ==
        inner + "puzzle_emb.weights: has shape (0, 8); fix: a matrix is expected");
  CHECK(changed(reshape("lm_head.weight", {4, 8})) ==
        inner + "lm_head.weight: has shape (4, 8); fix: the configuration asks for (5, 8)");
  CHECK(changed(reshape("H_init", {9})) == inner + "H_init: has shape (9); fix: the configuration asks for (8)");
  CHECK(changed(reshape("L_level.layers.1.self_attn.qkv_proj.weight", {8, 8})) ==
        inner +
            "L_level.layers.1.self_attn.qkv_proj.weight: has shape (8, 8); fix: the configuration asks for (24, 8)");
  CHECK(changed(reshape("L_level.layers.0.self_attn.o_proj.weight", {8, 6})) ==
        "--num-heads: is 2, which does not give the attention width 6 of step_1; fix: give the number of heads of this "
        "checkpoint");
  CHECK(changed(reshape("L_level.layers.0.mlp.down_proj.weight", {8, 512})) ==
        "step_1: expansion: is 4.0, which gives an inner width of 256, the tensors of step_1 have 512; fix: give "
        "--expansion");
  CHECK(changed([](Checkpoint& k) {
          k.tensors.push_back(k.find("H_init"));
          k.tensors.back().name = "model.inner.L_level.layers.99999999999999999999.x";
        }).find("tensor is unknown to the configuration") != std::string::npos);
}

TEST_CASE("import: names are read through all that wraps a model") {
  const CanvasConfig c = small(CanvasArch::hrm);
  const Options options = options_of(c);
  const auto renamed = [&](const std::function<std::string(const std::string&)>& rename) {
    Checkpoint checkpoint(c);
    for (TensorView& t : checkpoint.tensors) t.name = rename(t.name.substr(std::string("model.inner.").size()));
    return checkpoint;
  };
  for (const char* lead :
       {"model.inner.", "_orig_mod.model.inner.", "module.model.inner.", "module._orig_mod.model.inner.",
        "_orig_mod.module.model.inner.", "model.module._orig_mod.inner.", "model.model.inner.",
        "model._orig_mod.model.inner.", "module.module.model.inner.", "_fsdp_wrapped_module.model.inner.", "net.inner.",
        "inner.", "inner._orig_mod.", "model.", "ema_model.module.model.inner.", ""}) {
    CAPTURE(lead);
    const Checkpoint checkpoint = renamed([&](const std::string& name) { return lead + name; });
    const auto import = import_published(checkpoint.tensors, "step_1", {nullptr, "", options});
    REQUIRE_MESSAGE(import.ok(), import.error().text());
    CHECK(import->config == c);
    const std::string l = lead;
    CHECK(import->compiled == (l.find("_orig_mod") != l.npos));
    // What every published checkpoint has needs no word.
    CHECK(import->warnings.size() == (l == "model.inner." || l == "_orig_mod.model.inner." ? 0 : 1));
    CHECK(check_published_tensors(import->tensors, c, "step_1").ok());
  }
  // Wrapped layer by layer.
  const Checkpoint layers = renamed([](std::string name) {
    const std::size_t at = name.find(".layers.");
    if (at != name.npos) name.insert(name.find('.', at + 8), "._checkpoint_wrapped_module._orig_mod");
    return "model.inner." + name;
  });
  CHECK(import_error(layers, options) == "imported");
}

TEST_CASE("import: several models side by side, and what lies beside one") {
  const CanvasConfig c = small(CanvasArch::trm);
  Checkpoint checkpoint(c);
  const std::size_t count = checkpoint.tensors.size();
  for (std::size_t i = 0; i < count; ++i) {
    TensorView copy = checkpoint.tensors[i];
    copy.name = "ema_model.module." + copy.name;
    checkpoint.tensors.push_back(copy);
  }
  checkpoint.tensors.push_back(
      {"ema_model.n_averaged", DType::i64, {}, std::as_bytes(std::span(checkpoint.zeros)).first(8)});
  const auto import = [&](const std::string& state) {
    return import_published(checkpoint.tensors, "step_1", {nullptr, "", options_of(c), state});
  };
  CHECK(import("").error().text() ==
        "step_1: holds several models: \"ema_model.model\", \"model\"; fix: name one with --state");
  CHECK(import("best").error().text() ==
        "step_1: has no state \"best\": it has \"ema_model.model\", \"model\"; fix: name one of these with --state");
  for (const std::string state : {"model", "ema_model.model", "ema_model", "ema_model.module.model"}) {
    CAPTURE(state);
    const auto one = import(state);
    REQUIRE_MESSAGE(one.ok(), one.error().text());
    CHECK(one->config == c);
    CHECK(one->tensors.size() == count);
    CHECK(!one->warnings.empty());
  }
  // A counter beside a single model is passed over; a matrix is not.
  Checkpoint single(c);
  single.tensors.push_back({"n_averaged", DType::i64, {}, {}});
  CHECK(import_error(single, options_of(c)) == "imported");
  single.tensors.back() = single.tensors[0];
  single.tensors.back().name = "decoder.weight";
  CHECK(import_error(single, options_of(c)) ==
        "step_1: decoder.weight: tensor is unknown to the configuration; fix: remove it or correct the configuration");
}

TEST_CASE("import: what is no published model is told with what is there, and with its own name") {
  const CanvasConfig c = small(CanvasArch::trm);
  Checkpoint other(c);
  for (TensorView& t : other.tensors) {
    if (t.name.ends_with("embedding_weight")) t.name = "net.embed_tokens.weight";
  }
  CHECK(import_error(other, options_of(c))
            .starts_with("step_1: has no tensor model.inner.embed_tokens.embedding_weight; the nearest that is there "
                         "is net.embed"));
  Checkpoint derived(c);
  derived.tensors.push_back(derived.tensors[0]);
  derived.tensors.back().name = "model.inner.halt_gate";
  const YamlSection yaml{{"name", {"recursive_reasoning.ptrm@ProbabilisticTRM", false, 1}}};
  CHECK(import_error(derived, options_of(c), &yaml) ==
        "step_1: model.inner.halt_gate: tensor is unknown to the configuration (arch.name in c.yaml is "
        "\"recursive_reasoning.ptrm@ProbabilisticTRM\", which is none of the architectures that are known here); fix: "
        "remove it or correct the configuration");
}

TEST_CASE("import: options have the names, types and ranges of the fields") {
  const CanvasConfig c = small(CanvasArch::trm);
  const Checkpoint checkpoint(c);
  const auto with = [&](const std::string& field, const std::string& text) {
    Options options = options_of(c);
    options[field] = text;
    return import_error(checkpoint, options);
  };
  CHECK(with("num_heads", "0") == "--num-heads: must be from 1 to 1024, is 0; fix: use a value in this range");
  CHECK(with("num_heads", "1.5") == "--num-heads: must be a whole number, is a fraction; fix: write a whole number");
  CHECK(with("seq_len", "-9") == "--seq-len: must be from 1 to 65536, is -9; fix: use a value in this range");
  CHECK(with("pos_encodings", "ropes") ==
        "--pos-encodings: \"ropes\" is not one of none, rope, learned; fix: did you mean \"rope\"?");
  CHECK(with("pos_encodings", "learned") ==
        "--pos-encodings: is learned, the tensors of step_1 have no embed_pos; fix: give the configuration of this "
        "checkpoint");
  CHECK(with("H_cycles", "") == "imported");  // nothing is not zero: the default of the class stands
  CHECK(with("arch", "hrm") == "--arch: is \"hrm\", the tensors of step_1 are those of trm; fix: leave it out");
  CHECK(with("arch", "trm") == "imported");
  CHECK(with("rope_theta", "1e4") == "imported");
  std::set<std::string> flags;
  for (const ImportOption& option : import_options()) CHECK(flags.insert(import_flag(option.field)).second);
  CHECK(flags.contains("--h-cycles"));
  CHECK(flags.contains("--puzzle-emb-len"));
}

TEST_CASE("published files: saved, opened, stripped and exported") {
  const test::TempDir dir;
  CanvasConfig c = small(CanvasArch::hrm);
  Checkpoint checkpoint(c);
  for (std::size_t i = 0; i < checkpoint.zeros.size(); ++i) checkpoint.zeros[i] = static_cast<float>(i);
  std::vector<TensorRef> refs;
  for (const TensorView& t : checkpoint.tensors)
    refs.push_back({"_orig_mod." + t.name, t.dtype, t.shape, t.data.data()});
  REQUIRE(write_safetensors(dir / "source", refs, {}).ok());
  const auto source = TensorFile::open(dir / "source");
  REQUIRE(source.ok());
  PublishedSave save;
  save.rows = std::vector<std::size_t>{3, 1};
  save.info = {{"source", "step_1"}};
  const auto names = read_published_names(source->tensors(), source->path());
  REQUIRE(names.ok());
  REQUIRE(save_published(dir / "model", *source, names->tensors, c, save).ok());
  const auto model = open_published(dir / "model");
  REQUIRE_MESSAGE(model.ok(), model.error().text());
  CanvasConfig stripped = c;
  stripped.num_puzzle_identifiers = 2;
  CHECK(model->config == stripped);
  CHECK(model->info == std::map<std::string, std::string>{{"source", "step_1"}, {"puzzle_rows", "3,1"}});
  const auto rows = model->file.find(kPuzzleTable)->as<float>();
  CHECK(rows.size() == 16);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(rows[i] == static_cast<float>(24 + i));
    CHECK(rows[8 + i] == static_cast<float>(8 + i));
  }
  REQUIRE(export_published(dir / "out", *model, true).ok());
  const auto out = SafetensorsFile::open(dir / "out");
  CHECK(out->find("_orig_mod.model.inner.q_head.bias") != nullptr);
  CHECK(out->tensors().size() == checkpoint.tensors.size());
  // A file that was changed behind our back.
  const auto damaged = [&](std::map<std::string, std::string> metadata) {
    std::vector<TensorRef> tensors;
    for (const TensorView& t : model->file.tensors()) tensors.push_back({t.name, t.dtype, t.shape, t.data.data()});
    REQUIRE(write_safetensors(dir / "bad", tensors, metadata).ok());
    return open_published(dir / "bad").error().text();
  };
  const std::string bad = (dir / "bad") + ": ";
  CHECK(damaged({}) ==
        bad +
            "__metadata__.format: is missing; fix: make a model of format \"trm.cpp published 1\" with trm "
            "convert");
  CHECK(damaged({{"format", "pt"}}).find("__metadata__.format: is \"pt\"; fix: ") != std::string::npos);
  CHECK(damaged({{"format", kPublishedFormat}}) ==
        bad + "__metadata__.config: is missing; fix: convert the checkpoint again");
  CHECK(damaged({{"format", kPublishedFormat}, {"config", "{}"}}) ==
        bad + "__metadata__.config: arch: is missing; fix: add it");
  CHECK(damaged({{"format", kPublishedFormat}, {"config", c.canonical()}}) ==
        bad + "model.inner.puzzle_emb.weights: has shape (2, 8); fix: the configuration asks for (4, 8)");
}

TEST_CASE("row lists") {
  const auto text = [](const std::string& list, std::size_t count) {
    const auto rows = parse_rows(list, count, count, "--rows");
    return rows.ok() ? rows_text(*rows) : rows.error().text();
  };
  CHECK(text("0", 1) == "0");
  CHECK(text("0,1,2", 3) == "0-2");
  CHECK(text("2,1,0", 3) == "2,1,0");
  CHECK(text(" 7-9\n0\t5,\n", 10) == "7-9,0,5");
  CHECK(text("3-3", 4) == "3");
  for (const char* bad : {"x", "1-", "-1", "1--2", "1.5", "+1", "0x1", "99999999999999999999", "3-1"}) {
    CHECK(text(bad, 10) ==
          "--rows: \"" + std::string(bad) + "\" is neither a row nor a range; fix: write rows as 0,5,7-9");
  }
  CHECK(text("", 10) == "--rows: names no rows; fix: write rows as 0,5,7-9");
  CHECK(text("1,1", 10) == "--rows: row 1 is named twice; fix: name each row once");
  CHECK(text("0-18446744073709551615", 10) ==
        "--rows: row 18446744073709551615 does not exist: the table has 10; fix: rows are counted from 0");
  CHECK(parse_rows("0-18446744073709551615", SIZE_MAX, 3, "l").error().text() ==
        "l: row 18446744073709551615 does not exist: the table has 18446744073709551615; fix: rows are counted from 0");
  CHECK(parse_rows("5-18446744073709551614", SIZE_MAX, 3, "l").error().text() ==
        "l: names more than 3 rows; fix: name each row once");
}

}  // namespace test_import
