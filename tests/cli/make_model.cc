// Writes the tiny models of the command-line tests into a directory: make_model DIRECTORY.
//   one        answers 1 to everything
//   nonsense   closes what it never opened
//   loop       calls the same prompt for ever
//   endless    writes digits of its value for ever
//   not_number returns a value that is no number
//   words      has another vocabulary
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/model_file.h"
#include "tasks/frame.h"
#include "tests/support/bigram_model.h"

namespace {

using Transitions = std::vector<std::pair<std::string, std::string>>;

bool save(const std::string& directory, const std::string& name, std::vector<std::string> words,
          const Transitions& transitions) {
  const trm::Model model = trm::tests::bigram_model(std::move(words), transitions);
  const trm::Status status = trm::save_model(directory + "/" + name + ".safetensors", model);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return status.ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_model DIRECTORY\n");
    return 2;
  }
  const std::string directory = argv[1];
  std::vector<std::string> words;
  for (const std::string_view word : trm::tasks::vocabulary()) words.emplace_back(word);
  std::vector<std::string> others = words;
  others[0] = "zero";
  const Transitions one = {{"END", "RET"}, {"RET", "1"}, {"1", "END"}};
  bool ok = save(directory, "one", words, one);
  ok = save(directory, "nonsense", words, {{"END", "END"}}) && ok;
  ok = save(directory, "loop", words, {{"END", "CALL"}, {"CALL", "5"}, {"5", "END"}}) && ok;
  ok = save(directory, "endless", words, {{"END", "RET"}, {"RET", "1"}, {"1", "1"}}) && ok;
  ok = save(directory, "not_number", words, {{"END", "RET"}, {"RET", "FACT"}, {"FACT", "END"}}) && ok;
  ok = save(directory, "words", others, one) && ok;
  return ok ? 0 : 1;
}
