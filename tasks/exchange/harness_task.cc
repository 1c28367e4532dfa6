#include "tasks/exchange/harness_task.h"

#include <algorithm>
#include <vector>

#include "engine/json/json_object.h"
#include "tasks/registry.h"

namespace trm::tasks {
namespace {

/// YAML reads what stands between single quotes as it is, but for the quotes themselves.
std::string yaml_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

/// The patterns of all forms that occur: the first one that fits at a place wins, so the longest ones come first.
std::string pattern_of(std::span<const Item> items) {
  std::vector<AnswerForm> forms;
  for (const Item& item : items) forms.push_back(find_task(item.task)->english(item).form);
  std::sort(forms.begin(), forms.end(), std::greater<>());
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  std::string out;
  for (const AnswerForm form : forms) out += (out.empty() ? "" : "|") + std::string(answer_pattern(form));
  return out;
}

std::size_t longest_answer(std::span<const Item> items) {
  std::size_t out = 0;
  for (const Item& item : items) out = std::max(out, item.answer.size());
  return out;
}

}  // namespace

std::string harness_name(const Item& item) {
  return "trm_" + item.task + "_" + item.slice;
}

std::string write_harness_documents(std::span<const Item> items) {
  std::string out;
  for (const Item& item : items) {
    JsonWriter line;
    line.set("id", item.id);
    line.set("task", item.task);
    line.set("slice", item.slice);
    line.set("depth", item.depth);
    line.set("prompt", find_task(item.task)->english(item).text);
    line.set("question", item.prompt);
    line.set("answer", item.answer);
    out += line.text(true);
  }
  return out;
}

std::string write_harness_yaml(std::span<const Item> items, const std::string& name, const std::string& documents) {
  // Room to think aloud, and for the answer, of which a token is one character at worst.
  const std::size_t tokens = 1024 + longest_answer(items);
  return "# lm_eval --include_path DIRECTORY_OF_THIS_FILE --tasks " + name + " --log_samples --output_path OUT ...\n" +
         "# trm tasks score and trm bench --predictions read OUT/.../samples_" + name + "_*.jsonl.\n" +
         "task: " + name + "\n" +
         "dataset_path: json\n"
         "dataset_kwargs:\n"
         "  data_files:\n"
         "    test: " +
         yaml_quoted(documents) +
         "  # absolute: a relative path is that of where lm_eval runs\n"
         "test_split: test\n"
         "output_type: generate_until\n"
         "doc_to_text: '{{prompt}}'\n"
         "doc_to_target: '{{answer}}'\n"
         "num_fewshot: 0\n"
         "generation_kwargs:\n"
         "  until: []\n"
         "  do_sample: false\n"
         "  max_gen_toks: " +
         std::to_string(tokens) +
         "\n"
         "filter_list:\n"
         "  - name: last-answer\n"
         "    filter:\n"
         "      - function: regex\n"
         "        regex_pattern: " +
         yaml_quoted(pattern_of(items)) +
         "\n"
         "        group_select: -1\n"
         "      - function: take_first\n"
         "metric_list:\n"
         "  - metric: exact_match\n"
         "    aggregation: mean\n"
         "    higher_is_better: true\n"
         "    ignore_case: true\n"
         "    regexes_to_ignore:\n"
         "      - ','\n"
         "metadata:\n"
         "  version: " +
         std::to_string(items.front().version) + "\n";
}

}  // namespace trm::tasks
