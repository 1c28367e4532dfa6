#include "reports/call_tree.h"

#include <cstddef>
#include <vector>

#include "reports/format.h"

namespace trm::reports {
namespace {

/// Levels that are open where nothing is wrong.
constexpr int kOpenLevels = 2;

std::string counted(std::uint64_t n, const std::string& what) {
  return grouped(n) + " " + what + (n == 1 ? "" : "s");
}

/// "depth 2, 15 tokens, 1.28 ms"; parts that are not known are left out.
std::string cost(const CallFrame& frame) {
  std::string out = "depth " + std::to_string(frame.depth);
  if (frame.own_tokens > 0) out += ", " + counted(frame.own_tokens, "token");
  if (frame.elapsed_ns > 0) out += ", " + human(frame.elapsed_ns, "ns");
  return out;
}

class Tree {
 public:
  explicit Tree(const Example& example) : frames_(example.frames), callees_(frames_.size()), open_(frames_.size()) {
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      level_.push_back(i == 0 ? 0 : level_[parent(i)] + 1);
      if (i > 0) callees_[parent(i)].push_back(i);
    }
    const std::size_t wrong = first_wrong();
    for (std::size_t i = 0; i < frames_.size() && wrong == frames_.size(); ++i) open_[i] = level_[i] < kOpenLevels;
    for (std::size_t i = wrong; i < frames_.size(); i = i == 0 ? frames_.size() : parent(i)) open_[i] = true;
  }

  [[nodiscard]] std::string html() const {
    std::string out = "<div class=\"tree\" role=\"region\" tabindex=\"0\" aria-label=\"Call tree\">\n";
    if (!frames_.empty()) add_html(0, out);
    return out + "</div>\n";
  }

  [[nodiscard]] std::string outline() const {
    std::string out;
    if (!frames_.empty()) add_outline(0, out);
    return out;
  }

 private:
  [[nodiscard]] std::size_t parent(std::size_t i) const { return static_cast<std::size_t>(frames_[i].parent); }
  /// Callees end before their callers: the deepest of the first wrong branch. As many as there are: none.
  [[nodiscard]] std::size_t first_wrong() const { return frames_.empty() ? 0 : first_wrong_below(0); }
  [[nodiscard]] std::size_t first_wrong_below(std::size_t i) const {
    for (const std::size_t callee : callees_[i]) {
      const std::size_t found = first_wrong_below(callee);
      if (found < frames_.size()) return found;
    }
    return frames_[i].wrong.empty() ? frames_.size() : i;
  }
  /// Callers that were left out between a frame and its parent in the list.
  [[nodiscard]] int left_out(std::size_t i) const {
    return i == 0 ? 0 : frames_[i].depth - frames_[parent(i)].depth - 1;
  }

  void add_html(std::size_t i, std::string& out) const {
    const CallFrame& frame = frames_[i];
    const bool wrong = !frame.wrong.empty();
    if (left_out(i) > 0) {
      out += "<p class=\"more\">" + counted(static_cast<std::uint64_t>(left_out(i)), "caller") + " left out</p>\n";
    }
    out += std::string("<details class=\"frame") + (wrong ? " wrong" : "") + "\"" + (open_[i] ? " open" : "") +
           ">\n<summary><code>" + escape_html(frame.prompt) + "</code>";
    if (!frame.value.empty()) out += " <code class=\"value\">" + escape_html(frame.value) + "</code>";
    if (wrong) out += " <b class=\"bad\">wrong</b>";
    if (!frame.note.empty()) out += " <span class=\"note\">" + escape_html(frame.note) + "</span>";
    out += " <small>" + escape_html(cost(frame)) + "</small></summary>\n";
    if (!frame.written.empty() || wrong || !frame.rest.empty()) {
      out += "<p class=\"tokens\"><code>" + escape_html(frame.written);
      if (wrong) out += (frame.written.empty() ? "" : " ") + ("<mark>" + escape_html(frame.wrong) + "</mark>");
      if (!frame.rest.empty()) out += " " + escape_html(frame.rest);
      out += "</code></p>\n";
    }
    for (const std::size_t callee : callees_[i]) add_html(callee, out);
    if (frame.hidden > 0) out += "<p class=\"more\">" + counted(frame.hidden, "more frame") + "</p>\n";
    out += "</details>\n";
  }

  void add_outline(std::size_t i, std::string& out) const {
    const CallFrame& frame = frames_[i];
    const std::string indent(2 * static_cast<std::size_t>(level_[i]), ' ');
    if (left_out(i) > 0) {
      out += indent + "(" + counted(static_cast<std::uint64_t>(left_out(i)), "caller") + " left out)\n";
    }
    out += indent + frame.prompt + (frame.value.empty() ? "" : " " + frame.value) + "   " + cost(frame);
    if (!frame.note.empty()) out += ", " + frame.note;
    if (!frame.wrong.empty()) out += "   <- wrong: wrote " + frame.wrong;
    out += "\n";
    for (const std::size_t callee : callees_[i]) add_outline(callee, out);
    if (frame.hidden > 0) out += indent + "  (" + counted(frame.hidden, "more frame") + ")\n";
  }

  const std::vector<CallFrame>& frames_;
  std::vector<std::vector<std::size_t>> callees_;
  std::vector<bool> open_;
  std::vector<int> level_;
};

}  // namespace

std::string call_tree_html(const Example& example) {
  return example.frames.empty() ? "" : Tree(example).html();
}

std::string call_tree_outline(const Example& example) {
  return Tree(example).outline();
}

}  // namespace trm::reports
