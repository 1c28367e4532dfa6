// What CPython says: the source and what the front end made of it print the same, give the same value or the same
// error.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "engine/sys/helper.h"
#include "tasks/python/program.h"
#include "tests/support/sweep.h"
#include "tests/tasks/python/random_program.h"

using namespace trm;
using namespace trm::tasks::python;

namespace {

constexpr HelperLimits kPatient{std::chrono::seconds(120), std::size_t{64} << 20};

std::string sized(const std::string& text) {
  return std::to_string(text.size()) + "\n" + text;
}

/// Runs a Python script. Nothing: there is no Python, which is said.
std::optional<std::string> python(const std::vector<std::string>& words, const std::string& input) {
  std::vector<std::string> command = {"python3"};
  command.insert(command.end(), words.begin(), words.end());
  auto helper = Helper::start({command, {}});
  if (!helper) {
    MESSAGE("skipped: programs in CPython: " << helper.error().text());
    return {};
  }
  auto output = helper->finish(input, kPatient);
  REQUIRE_MESSAGE(output.ok(), output.error().text());
  return *output;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

/// The program with this question; nothing asks what it does as a script. The text for the script, or an error.
std::string case_of(const std::string& name, const std::string& source, const std::string& call) {
  CAPTURE(name);
  CAPTURE(call);
  CAPTURE(source);
  Result<Program> program = read_program(source, name);
  REQUIRE_MESSAGE(program.ok(), program.error().text());
  if (!call.empty()) {
    const Status asked = add_question(*program, call);
    REQUIRE_MESSAGE(asked.ok(), asked.error().text());
  }
  REQUIRE(program->question.has_value());
  const Status valid = validate(*program);
  REQUIRE_MESSAGE(valid.ok(), valid.error().text());
  return sized(source) + sized(call) + sized(to_python(*program));
}

}  // namespace

TEST_CASE("python: textbook programs do what they do in CPython") {
  const std::filesystem::path folder = std::filesystem::path(TRM_PYTHON_TESTS) / "programs";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= 60);
  std::string input;
  std::vector<std::string> names;
  for (const std::filesystem::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::string source{std::istreambuf_iterator<char>(stream), {}};
    const std::string mark = "# call:";
    std::size_t calls = 0;
    for (const std::string& line : lines_of(source)) {
      if (!line.starts_with(mark)) continue;
      const std::string call = line.size() > mark.size() ? line.substr(mark.size() + 1) : "";
      input += case_of(file.filename().string(), source, call);
      names.push_back(file.filename().string() + ": " + call);
      ++calls;
    }
    CAPTURE(file.string());
    CHECK(calls > 0);
  }
  const auto output = python({TRM_PYTHON_TESTS "/compare.py"}, input);
  if (!output) return;
  const std::vector<std::string> results = lines_of(*output);
  REQUIRE(results.size() == names.size());
  std::size_t values = 0, errors = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    CAPTURE(names[i]);
    CHECK_MESSAGE(results[i].starts_with("same "), results[i]);
    values += results[i].starts_with("same ('value") ? 1 : 0;
    errors += results[i].starts_with("same ('error") ? 1 : 0;
  }
  // Not all of them fail alike.
  CHECK(values > 250);
  CHECK(errors > 30);
}

TEST_CASE("python: random programs do what they do in CPython") {
  const std::uint64_t count = test::swept(600);
  std::string input;
  std::vector<std::string> sources;
  std::size_t refused = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    tests::RandomProgram random(i);
    const std::string source = random.source();
    const Result<Program> program = read_program(source, "random");
    if (!program) {  // the only things that may be wrong with one
      CAPTURE(source);
      const std::string& message = program.error().message;
      const bool crowded = message.find("variables are in use at once") != std::string::npos;
      // Where + adds lists as well as numbers, += is refused if others have the list.
      const bool shared = message.find("the change by +=") != std::string::npos;
      CHECK_MESSAGE((crowded || shared), program.error().text());
      ++refused;
      continue;
    }
    for (int k = 0; k < 3; ++k) {
      const std::string call = random.call();
      input += case_of("random", source, call);
      sources.push_back(source + "# " + call);
    }
  }
  CHECK(refused * 4 < count);
  const auto output = python({TRM_PYTHON_TESTS "/compare.py"}, input);
  if (!output) return;
  const std::vector<std::string> results = lines_of(*output);
  REQUIRE(results.size() == sources.size());
  std::size_t values = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    CAPTURE(sources[i]);
    CHECK_MESSAGE(results[i].starts_with("same "), results[i]);
    values += results[i].starts_with("same ('value") ? 1 : 0;
  }
  CHECK(values * 5 > sources.size());
}

TEST_CASE("python: the printable characters are those of CPython") {
  const std::string script =
      "import unicodedata, sys\n"
      "print(unicodedata.unidata_version)\n"
      "print(*[c for c in range(0x110000) if chr(c).isprintable() != chr(c - 1 if c else 0).isprintable()])\n";
  const auto output = python({"-c", script}, "");
  if (!output) return;
  const std::vector<std::string> lines = lines_of(*output);
  REQUIRE(lines.size() == 2);
  if (lines[0] != "14.0.0") {
    MESSAGE("skipped: printable characters of CPython: this one has Unicode " << lines[0]);
    return;
  }
  std::string changes;
  for (char32_t c = 1; c < 0x110000; ++c) {
    if (is_printable(c) != is_printable(c - 1))
      changes += (changes.empty() ? "" : " ") + std::to_string(static_cast<std::uint32_t>(c));
  }
  CHECK(changes == lines[1]);
}
