#include <algorithm>
#include <array>
#include <memory>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/tree_traversal/tree.h"
#include "tasks/recursion/tree_traversal/tree_traversal.h"
#include "tasks/task/item.h"

namespace trm::tasks::tree_traversal {
namespace {

constexpr std::uint32_t kTrainedNodes = 10;

constexpr std::array<std::string_view, 6> kWords = {"preorder", "inorder", "postorder", "levels", "height", "total"};
enum Word : unsigned char { k_pre, k_in, k_post, k_levels, k_height, k_total };
constexpr std::array<std::string_view, 5> kSlices = {"train", "validation", "test", "depth_2x", "depth_8x"};

struct Parameters {
  std::size_t word = 0;
  std::shared_ptr<const Tree> tree;
};

std::string joined(std::span<const Token> labels) {
  std::string out;
  for (const Token label : labels) out += (out.empty() ? "" : " ") + std::to_string(label);
  return out;
}

/// By the definitions.
void collect(const Tree& tree, std::size_t word, Tokens& out) {
  if (!tree) return;
  if (word == k_pre) out.push_back(tree->label);
  collect(tree->left, word, out);
  if (word == k_in) out.push_back(tree->label);
  collect(tree->right, word, out);
  if (word == k_post) out.push_back(tree->label);
}

Tokens level_by_level(const Tree& tree) {
  Tokens out;
  std::vector<const Node*> level;
  if (tree) level.push_back(tree.get());
  while (!level.empty()) {
    std::vector<const Node*> next;
    for (const Node* node : level) {
      out.push_back(node->label);
      for (const Tree* side : {&node->left, &node->right}) {
        if (*side) next.push_back(side->get());
      }
    }
    level = std::move(next);
  }
  return out;
}

std::size_t sum_of(const Tree& tree) {
  return tree ? static_cast<std::size_t>(tree->label) + sum_of(tree->left) + sum_of(tree->right) : 0;
}

std::string solve(const Parameters& p) {
  if (p.word == k_height) return std::to_string(height_of(*p.tree));
  if (p.word == k_total) return std::to_string(sum_of(*p.tree));
  Tokens labels;
  if (p.word == k_levels) {
    labels = level_by_level(*p.tree);
  } else {
    collect(*p.tree, p.word, labels);
  }
  return joined(labels);
}

/// Of each node in preorder: its label, its depth, and its place in in- and postorder, found with a stack and no
/// recursion.
struct Visit {
  Token label = 0;
  std::size_t depth = 0, in = 0, post = 0;
};

std::vector<Visit> visits_of(const Tree& tree) {
  std::vector<Visit> out;
  struct Open {
    const Node* node;
    std::size_t visit;
    int done;  // subtrees
  };
  std::vector<Open> open;
  const auto begin = [&](const Tree& subtree) {
    if (!subtree) return;
    out.push_back({subtree->label, open.size(), 0, 0});
    open.push_back({subtree.get(), out.size() - 1, 0});
  };
  begin(tree);
  std::size_t in = 0, post = 0;
  while (!open.empty()) {
    Open& last = open.back();
    const int done = last.done++;
    if (done == 0) {
      begin(last.node->left);
    } else if (done == 1) {
      out[last.visit].in = in++;
      begin(last.node->right);
    } else {
      out[last.visit].post = post++;
      open.pop_back();
    }
  }
  return out;
}

class TreeTraversal final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

  [[nodiscard]] Result<std::string> decode(const Item& item, std::span<const Token> value) const override {
    if (item.prompt.starts_with("height") || item.prompt.starts_with("total")) return decode_number(value);
    if (!std::all_of(value.begin(), value.end(), token::is_digit)) {
      return Error{ErrorCode::bad_input, "", "answer", "\"" + to_text(value) + "\" holds more than labels", ""};
    }
    return joined(value);
  }

 private:
  [[nodiscard]] std::optional<Parameters> draw(Rng& rng, std::string_view slice) const override {
    std::uint32_t nodes = rng.between(1, kTrainedNodes);
    if (slice == "depth_2x") nodes = rng.between(kTrainedNodes + 1, 2 * kTrainedNodes);
    if (slice == "depth_8x") nodes = rng.between(6 * kTrainedNodes, 8 * kTrainedNodes);
    Parameters p;
    p.word = rng.below(kWords.size());
    do {
      p.tree = std::make_shared<const Tree>(random_tree(rng, nodes));
    } while (split_of("tree " + text_of(*p.tree)) != split_behind(slice));
    return p;
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto parts = prompt_words(prompt);
    if (!parts) return parts.error();
    Parameters p;
    p.word = static_cast<std::size_t>(std::find(kWords.begin(), kWords.end(), (*parts)[0]) - kWords.begin());
    if (p.word == kWords.size()) {
      return prompt_error(prompt, "first word", in_quotes((*parts)[0]) + " is another function",
                          "start with preorder, inorder, postorder, levels, height or total");
    }
    const std::size_t behind = prompt.find((*parts)[0]) + (*parts)[0].size();
    Result<Tree> tree = parse_tree(prompt, behind);
    if (!tree) return tree.error();
    p.tree = std::make_shared<const Tree>(*std::move(tree));
    return p;
  }

  void fill(Item& item, const Parameters& p) const override {
    const std::string text = text_of(*p.tree);
    item.prompt = std::string(kWords[p.word]) + " " + text;
    item.answer = solve(p);
    item.canonical = "tree " + text;
    item.depth = height_of(*p.tree);
  }

  /// By sorting the nodes by what a walk without recursion notes of them.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    const std::vector<Visit> visits = visits_of(*p.tree);
    std::size_t number = 0;
    if (p.word == k_height || p.word == k_total) {
      for (const Visit& v : visits) {
        number = p.word == k_height ? std::max(number, v.depth + 1) : number + static_cast<std::size_t>(v.label);
      }
      return answer == std::to_string(number);
    }
    std::vector<std::size_t> order(visits.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto key = [&](std::size_t i) {
      const Visit& v = visits[i];
      return p.word == k_in ? v.in : p.word == k_post ? v.post : p.word == k_levels ? v.depth : i;
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::string wanted;
    for (const std::size_t i : order) wanted += (wanted.empty() ? "" : " ") + std::to_string(visits[i].label);
    return answer == wanted;
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    // One for each of `words`.
    constexpr std::array<std::string_view, kWords.size()> rules = {
        "The preorder of the empty tree is empty; that of any other tree is its label, then the preorder of its left "
        "subtree, then the preorder of its right subtree.",
        "The inorder of the empty tree is empty; that of any other tree is the inorder of its left subtree, then its "
        "label, then the inorder of its right subtree.",
        "The postorder of the empty tree is empty; that of any other tree is the postorder of its left subtree, then "
        "the postorder of its right subtree, then its label.",
        "The levels of a tree are the label of its root, then the labels one step below the root, then those two steps "
        "below, and so on, each level from left to right.",
        "The height of the empty tree is 0; that of any other tree is 1 plus the larger one of the heights of its two "
        "subtrees.",
        "The total of the empty tree is 0; that of any other tree is its label plus the totals of its two subtrees."};
    const bool number = p.word >= k_height;
    return ask(std::string("A binary tree is written as (label left right), where left and right are its subtrees; a "
                           "tree without subtrees is written as its label alone, and . is the empty tree. ") +
                   std::string(rules[p.word]),
               (p.word == k_levels ? "What are the levels" : "What is the " + std::string(kWords[p.word])) +
                   " of the tree " + text_of(*p.tree) + "?",
               number ? AnswerForm::number : AnswerForm::labels);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    constexpr std::array heads = {token::pre, token::in, token::post, token::level, token::height, token::total};
    Tokens prompt = {heads[p.word]};
    if (p.word == k_levels) prompt = tokens_of(prompt, Token{0}, token::comma);
    prompt.push_back(token::x);
    if (p.word < k_height) prompt = tokens_of(prompt, token::comma, token::out);
    return {std::move(prompt), {stream_of(*p.tree)}};
  }
};

}  // namespace

const Task& task() {
  static const TreeTraversal instance(
      {"tree_traversal", "labels of a binary tree in an order, its height or sum; prompt: preorder (5 (3 . 1) 8)",
       "tree", 2, 1, kWords, kSlices, kDeepCosts});
  return instance;
}

}  // namespace trm::tasks::tree_traversal
