// The scalars of a YAML section: what the public training code writes, and what is refused.
#include <doctest/doctest.h>

#include <string>

#include "engine/import/yaml_config.h"

namespace test_yaml_config {

using trm::read_yaml_section;

namespace {

std::string yaml_error(const std::string& text) {
  const auto section = read_yaml_section(text, "all_config.yaml", "arch");
  return section.ok() ? "read" : section.error().text();
}

}  // namespace

TEST_CASE("yaml: the section of a run") {
  if (!trm::have_yaml()) {
    MESSAGE("skipped: yaml: this build has no yaml-cpp");
    return;
  }
  const auto section = read_yaml_section(
      "arch:\n  H_cycles: 3\n  L_cycles: '6'\n  rms_norm_eps: 1.0e-05\n  mlp_t: false\n  empty:\n  list:\n  - a\n"
      "  - b: 3\n  loss:\n    loss_type: stablemax_cross_entropy\n    name: losses@ACTLossHead\n"
      "  name: recursive_reasoning.trm@X\ndata_paths: &id001\n- data/sudoku\nother: *id001\nanother: {arch: {H_cycles: "
      "9}}\n",
      "all_config.yaml", "arch");
  REQUIRE_MESSAGE(section.ok(), section.error().text());
  CHECK(section->size() == 8);
  CHECK(section->at("H_cycles").text == "3");
  CHECK(section->at("H_cycles").line == 2);
  CHECK(!section->at("H_cycles").quoted);
  CHECK(section->at("L_cycles").quoted);
  CHECK(section->at("rms_norm_eps").text == "1.0e-05");
  CHECK(section->at("empty").text == "~");
  CHECK(section->at("loss.loss_type").text == "stablemax_cross_entropy");
  CHECK(section->at("name").text == "recursive_reasoning.trm@X");
}

TEST_CASE("yaml: the same in flow style") {
  if (!trm::have_yaml()) return;
  const auto section = read_yaml_section("{lr: 1, arch: {a: 1, loss: {b: \"x y\"}}}", "c", "arch");
  REQUIRE(section.ok());
  CHECK(section->size() == 2);
  CHECK(section->at("loss.b").text == "x y");
}

TEST_CASE("yaml: the section as wandb keeps it") {
  if (!trm::have_yaml()) return;
  for (const char* text :
       {"wandb_version: 1\narch:\n  desc: null\n  value:\n    a: 1\n    loss:\n      b: x\nlr:\n  value: 3\n",
        "arch: {value: {a: 1, loss: {b: x}}}"}) {
    CAPTURE(text);
    const auto section = read_yaml_section(text, "c", "arch");
    REQUIRE(section.ok());
    CHECK(section->size() == 2);
    CHECK(section->at("a").text == "1");
    CHECK(section->at("loss.b").text == "x");
  }
  // A section with other fields beside these is as it stands.
  CHECK(read_yaml_section("arch: {value: {a: 1}, b: 2}", "c", "arch")->contains("value.a"));
  CHECK(read_yaml_section("arch: {desc: x}", "c", "arch")->contains("desc"));
}

TEST_CASE("yaml: what is refused") {
  if (!trm::have_yaml()) {
    CHECK(yaml_error("arch: {}") ==
          "all_config.yaml: cannot be read: this build has no YAML; fix: build it with yaml-cpp, or give the fields as "
          "options");
    return;
  }
  const std::string start = "all_config.yaml: ";
  const std::string missing = start + "arch: is missing; fix: give the all_config.yaml of a training run";
  for (const char* text :
       {"", "# nothing\n", "lr: 1\n", "arch: 3\n", "arch:\n", "- arch\n", "arch: [1, 2]\n", "word"}) {
    CAPTURE(text);
    CHECK(yaml_error(text) == missing);
  }
  CHECK(yaml_error("arch: {}") == "read");
  CHECK(yaml_error("a: &x 1\narch:\n  b: *x\n") == start + "arch.b at line 3: is an alias; fix: write its value");
  CHECK(yaml_error("a: &x k\narch:\n  *x : 1\n") == start + "arch at line 3: is an alias; fix: write its value");
  CHECK(yaml_error("arch:\n  a: 1\n  a: 2\n") == start + "arch.a at line 3: appears twice; fix: keep one of the two");
  CHECK(yaml_error("arch:\n  a: 1\narch:\n  b: 2\n").find("appears twice; fix: keep one of the two") !=
        std::string::npos);
  CHECK(yaml_error("arch:\n  a: !!python/name:os.system x\n") ==
        start + "arch.a at line 2: has the tag \"tag:yaml.org,2002:python/name:os.system\"; fix: remove it");
  CHECK(yaml_error("arch: !!python/object/apply:os.system {a: 1}\n").find("arch at line 1: has the tag ") !=
        std::string::npos);
  CHECK(yaml_error("arch:\n  ? [a, b]\n  : 1\n") ==
        start + "arch at line 2: has a key that is no text; fix: write plain keys");
  CHECK(yaml_error("arch: {a: 1\n").find(start + "line ") == 0);
  CHECK(yaml_error("arch:\n\ta: 1\n").find("is not YAML: ") != std::string::npos);
  CHECK(yaml_error("arch:\n  a: *nobody\n").find("is not YAML: ") != std::string::npos);
  CHECK(yaml_error("arch: " + std::string(40, '[') + std::string(40, ']'))
            .find(": is nested deeper than 32; fix: give the "
                  "configuration alone") != std::string::npos);
  CHECK(yaml_error(std::string(100'000, '[')).find(start) == 0);
  CHECK(yaml_error(std::string((std::size_t{1} << 20) + 1, ' ')) ==
        start + "is larger than 1048576 bytes; fix: give the configuration alone");
  std::string many = "list:\n";
  for (int i = 0; i < 100'001; ++i) many += "- 1\n";
  CHECK(yaml_error(many).find("has more than 100000 items; fix: give the configuration alone") != std::string::npos);
}

TEST_CASE("yaml: aliases that would expand to billions are not expanded") {
  if (!trm::have_yaml()) return;
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1) + " ";
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) text += (k == 0 ? "" : ", ") + before;
    text += "]\n";
  }
  CHECK(yaml_error(text + "arch: {a: 1}\n") == "read");
}

}  // namespace test_yaml_config
