#include "tasks/exchange/score.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "tasks/base/words.h"
#include "tasks/registry.h"

namespace trm::tasks {
namespace {

void count(GroupScore& group, std::size_t depth, bool right, bool missing) {
  const auto add = [right](Rate& rate) {
    ++rate.total;
    if (right) ++rate.right;
  };
  add(group.exact);
  if (missing) ++group.missing;
  auto place = std::lower_bound(group.by_depth.begin(), group.by_depth.end(), depth,
                                [](const DepthRate& entry, std::size_t value) { return entry.depth < value; });
  if (place == group.by_depth.end() || place->depth != depth) place = group.by_depth.insert(place, {depth, {}});
  add(place->exact);
}

GroupScore& group_of(std::vector<GroupScore>& groups, std::string_view task, std::string_view slice) {
  for (GroupScore& group : groups)
    if (group.task == task && group.slice == slice) return group;
  GroupScore group;
  group.task = task;
  group.slice = slice;
  return groups.emplace_back(std::move(group));
}

/// However many blanks somebody wrote.
std::string normal_prompt(const Item& item) {
  const Task* task = find_task(item.task);
  const Result<Item> read = task != nullptr ? task->parse(item.prompt) : Result<Item>(Error{});
  return read.ok() ? read->prompt : item.prompt;
}

Error id_error(const char* of, const std::string& id, const char* message, const char* fix) {
  return Error{ErrorCode::bad_input, "", std::string(of) + " " + in_quotes(id), message, fix};
}

}  // namespace

bool is_right(const Item& item, std::string_view answer) {
  const Task* task = find_task(item.task);
  return task != nullptr && task->verify(item, answer);
}

bool is_right(const Item& item, const Prediction& prediction, Reading reading) {
  const Task* task = find_task(item.task);
  if (reading == Reading::strict || task == nullptr) return is_right(item, prediction.answer);
  const std::string& text = prediction.reply.empty() ? prediction.answer : prediction.reply;
  return is_right(item, final_answer(text, task->english(item).form));
}

Result<Score> score(std::span<const Item> items, std::span<const Prediction> predictions, Reading reading) {
  std::unordered_map<std::string_view, const Prediction*> answers;
  for (const Item& item : items)
    if (!answers.emplace(item.id, nullptr).second)
      return id_error("item", item.id, "occurs twice", "give each item its own id");
  for (const Prediction& prediction : predictions) {
    const auto place = answers.find(prediction.id);
    if (place == answers.end())
      return id_error("prediction", prediction.id, "answers no item of the list", "score it with the items it answers");
    if (place->second != nullptr)
      return id_error("prediction", prediction.id, "occurs twice", "give one prediction for each item");
    place->second = &prediction;
  }

  Score out;
  std::unordered_set<std::string> asked, asked_in_slice;  // a prompt tells its task
  for (const Item& item : items) {
    const std::string question = normal_prompt(item);
    const bool fresh = asked.insert(question).second;
    if (!fresh) ++out.repeated;
    if (!asked_in_slice.insert(item.task + "/" + item.slice + "/" + question).second) continue;
    const Prediction* prediction = answers[item.id];
    const bool missing = prediction == nullptr;
    const bool right = !missing && is_right(item, *prediction, reading);
    if (fresh) count(out.all, item.depth, right, missing);
    if (fresh) count(group_of(out.tasks, item.task, ""), item.depth, right, missing);
    count(group_of(out.slices, item.task, item.slice), item.depth, right, missing);
  }
  return out;
}

}  // namespace trm::tasks
