#include "tasks/recursion/tree_traversal/tree.h"

#include <algorithm>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks::tree_traversal {
namespace {

constexpr std::string_view kExample = "preorder (5 (3 . 1) 8)";

class Parser {
 public:
  Parser(std::string_view prompt, std::size_t from) : text_(prompt), at_(from) {}

  Result<Tree> parse() {
    blanks();
    if (at_ == text_.size()) return missing("is missing");
    Result<Tree> tree = subtree(0);
    if (!tree) return tree;
    blanks();
    if (at_ < text_.size()) return wrong("stands behind the tree", "write one tree");
    return tree;
  }

 private:
  /// Deeper nesting than nodes is not a tree of this size.
  Result<Tree> subtree(std::size_t depth) {
    blanks();
    if (at_ == text_.size()) return end();
    const char c = text_[at_];
    if (c == '.') {
      ++at_;
      return Tree();
    }
    if (c >= '0' && c <= '9') return label();
    if (c != '(') return wrong("is no tree", "write a digit, a dot or a tree in parentheses");
    if (depth == kMaxNodes) return too_large();
    ++at_;
    blanks();
    if (at_ == text_.size()) return end();
    if (text_[at_] < '0' || text_[at_] > '9') return wrong("is no label", "write a digit behind (");
    Result<Tree> tree = label();
    if (!tree) return tree;
    for (Tree* side : {&(*tree)->left, &(*tree)->right}) {
      Result<Tree> part = subtree(depth + 1);
      if (!part) return part;
      *side = *std::move(part);
    }
    blanks();
    if (at_ == text_.size()) return end();
    if (text_[at_] != ')') return wrong("stands where ) is due", "give a label and two subtrees");
    ++at_;
    return tree;
  }

  Result<Tree> label() {
    if (++nodes_ > kMaxNodes) return too_large();
    auto node = std::make_unique<Node>();
    node->label = text_[at_++] - '0';
    if (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      return wrong("makes a label of two digits", "use one digit");
    }
    return Tree(std::move(node));
  }

  void blanks() { at_ = std::min(text_.find_first_not_of(kPromptBlanks, at_), text_.size()); }
  [[nodiscard]] Error wrong(const std::string& message, std::string fix) const {
    return prompt_error(text_, "tree",
                        in_quotes(text_.substr(at_, 1)) + " at byte " + std::to_string(at_ + 1) + " " + message,
                        as_in(std::move(fix), kExample));
  }
  [[nodiscard]] Error end() const { return missing("ends early"); }
  [[nodiscard]] Error missing(std::string message) const {
    return prompt_error(text_, "tree", std::move(message), as_in("write a label and two subtrees", kExample));
  }
  [[nodiscard]] Error too_large() const {
    return prompt_error(text_, "tree", "has more than " + std::to_string(kMaxNodes) + " nodes", "write a smaller one");
  }

  std::string_view text_;  ///< the prompt
  std::size_t at_, nodes_ = 0;
};

void append(const Tree& tree, Tokens& out) {
  out.push_back(tree ? tree->label : token::empty);
  if (!tree) return;
  append(tree->left, out);
  append(tree->right, out);
}

}  // namespace

Tree random_tree(Rng& rng, std::size_t nodes) {
  if (nodes == 0) return nullptr;
  auto out = std::make_unique<Node>();
  out->label = static_cast<Token>(rng.below(10));
  const std::size_t left = rng.below(static_cast<std::uint32_t>(nodes));
  out->left = random_tree(rng, left);
  out->right = random_tree(rng, nodes - 1 - left);
  return out;
}

std::string text_of(const Tree& tree) {
  if (!tree) return ".";
  std::string label = std::to_string(tree->label);
  if (!tree->left && !tree->right) return label;
  return "(" + label + " " + text_of(tree->left) + " " + text_of(tree->right) + ")";
}

Result<Tree> parse_tree(std::string_view prompt, std::size_t from) {
  return Parser(prompt, from).parse();
}

Tokens stream_of(const Tree& tree) {
  Tokens out;
  append(tree, out);
  return out;
}

std::size_t height_of(const Tree& tree) {
  return tree ? 1 + std::max(height_of(tree->left), height_of(tree->right)) : 0;
}

}  // namespace trm::tasks::tree_traversal
