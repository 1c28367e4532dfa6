// Random programs in ordinary Python: loops within loops, branches, variables that may be unassigned, prints, errors.
// All end soon, and no number or list grows much.
#pragma once

#include <cstdint>
#include <string>

#include "tasks/base/rng.h"

namespace trm::tests {

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t index) : rng_(7, tasks::stream_of("tests/python"), index) {}

  /// Functions f(a, b), which calls nothing, and g(a, b), which calls f.
  std::string source() {
    std::string out = "LIMIT = " + number() + "\nITEMS = [1, LIMIT, 3]\n\n\n";
    for (const char* name : {"f", "g"}) {
      out += std::string("def ") + name + "(a, b" + (rng_.below(2) == 0 ? "=" + number() : "=3") + "):\n";
      calls_ = name[0] == 'g';
      counters_ = 0;
      // What is not assigned here may be unassigned where it is read.
      if (rng_.below(4) != 0) out += "    x = y = i = " + number() + "\n    p = [2, a]\n";
      out += block(1, 4, false) + "    return " + (rng_.below(3) == 0 ? list(2) : whole(2)) + "\n\n\n";
    }
    return out;
  }
  std::string call() { return (rng_.below(4) == 0 ? "f(" : "g(") + number() + ", " + number() + ")"; }

 private:
  std::string number() { return std::to_string(static_cast<int>(rng_.below(12)) - 4); }
  std::string pick(const char* a, const char* b, const char* c) {
    return rng_.below(3) == 0 ? a : rng_.below(2) == 0 ? b : c;
  }
  std::string variable() { return rng_.below(2) == 0 ? pick("a", "b", "x") : pick("y", "x", "i"); }

  std::string whole(int depth) {
    if (depth == 0) return rng_.below(3) == 0 ? number() : pick("a", "b", rng_.below(2) == 0 ? "x" : "i");
    switch (rng_.below(calls_ ? 16 : 15)) {
      case 0:
        return "(" + whole(depth - 1) + " + " + whole(depth - 1) + ")";
      case 1:
        return "(" + whole(depth - 1) + " - " + whole(depth - 1) + ")";
      case 2:
        return whole(depth - 1) + " * " + whole(depth - 1) + " % 97";
      case 3:
        return "(" + whole(depth - 1) + ") // (" + whole(depth - 1) + ")";
      case 4:
        return "(" + whole(depth - 1) + ") % (" + whole(depth - 1) + " or 7)";
      case 5:
        return "(" + whole(depth - 1) + " if " + test(depth - 1) + " else " + whole(depth - 1) + ")";
      case 6:
        return "len(" + list(depth - 1) + ")";
      case 7:
        return "max(" + whole(depth - 1) + ", " + whole(depth - 1) + ", " + whole(depth - 1) + ")";
      case 8:
        return "(" + whole(depth - 1) + " or " + whole(depth - 1) + ")";
      case 9:
        return "(" + whole(depth - 1) + " and " + whole(depth - 1) + ")";
      case 10:
        return "abs(-" + whole(0) + ")";
      case 11:
        return "sum(t + " + whole(0) + " for t in " + list(depth - 1) + ")";
      case 12:
        return list(depth - 1) + "[" + whole(0) + "]";
      case 13:
        return "min(" + list(depth - 1) + ")";
      case 14:
        return "LIMIT";
      default:
        return rng_.below(2) == 0 ? "f(" + whole(depth - 1) + ", " + whole(depth - 1) + ")"
                                  : "f(b=" + whole(depth - 1) + ", a=" + whole(depth - 1) + ")";
    }
  }

  std::string list(int depth) {
    if (depth == 0) return rng_.below(3) == 0 ? "[" + number() + ", " + number() + "]" : pick("p", "ITEMS", "p");
    switch (rng_.below(7)) {
      case 0:
        return "(" + list(0) + "[:4] + [" + whole(depth - 1) + "])";
      case 1:
        return list(0) + "[" + whole(0) + ":]";
      case 2:
        return list(0) + "[" + whole(0) + ":" + whole(0) + "]";
      case 3:
        return "[t * " + whole(0) + " % 89 for t in " + list(depth - 1) + " if " + test(0) + "]";
      case 4:
        return "list(range(" + whole(0) + " % 5))";
      case 5:
        return list(0) + "[::-1]";
      default:
        return "[" + whole(depth - 1) + ", " + whole(depth - 1) + ", " + whole(depth - 1) + ", " + whole(depth - 1) +
               "]";
    }
  }

  std::string test(int depth) {
    switch (rng_.below(depth == 0 ? 3 : 8)) {
      case 0:
        return whole(0) + pick(" < ", " == ", " >= ") + whole(0);
      case 1:
        return whole(0) + " % 3 " + pick("== 0", "!= 1", "> 1");
      case 2:
        return pick(variable().c_str(), "p", "not p");
      case 3:
        return whole(depth - 1) + " in " + list(depth - 1);
      case 4:
        return "not (" + test(depth - 1) + ")";
      case 5:
        return "(" + test(depth - 1) + " and " + test(depth - 1) + ")";
      case 6:
        return "(" + test(depth - 1) + " or " + test(depth - 1) + ")";
      default:
        return whole(depth - 1) + " <= " + whole(depth - 1) + " < " + whole(depth - 1);
    }
  }

  std::string block(int indent, int statements, bool loop) {
    std::string out;
    const std::uint32_t count = 1 + rng_.below(static_cast<std::uint32_t>(statements));
    for (std::uint32_t i = 0; i < count; ++i) out += statement(indent, loop);
    return out;
  }

  std::string statement(int indent, bool loop) {
    const std::string blanks(static_cast<std::size_t>(indent) * 4, ' ');
    const bool deep = indent > 2;
    switch (rng_.below(deep ? 7 : 12)) {
      case 0:
        return blanks + variable() + " = " + whole(2) + "\n";
      case 1:
        return blanks + pick("p", "p", "q") + " = " + list(2) + "\n";
      case 2:
        return blanks + pick("x", "y", "a") + pick(" += ", " -= ", " += ") + whole(1) + "\n";
      case 3:
        return blanks + "print(" + whole(1) + ", " + (rng_.below(2) == 0 ? list(1) : whole(1)) + ")\n";
      case 4:
        return blanks + "x, y = " + (rng_.below(3) == 0 ? list(1) : "y, " + whole(1)) + "\n";
      case 5:
        return blanks + variable() + " = " + number() + "\n";
      case 6:
        if (loop)
          return blanks + "if " + test(1) + ":\n" + blanks + pick("    break\n", "    continue\n", "    pass\n");
        return blanks + "if " + test(1) + ":\n" + blanks + "    return " + whole(1) + "\n";
      case 7:
      case 8: {
        std::string out = blanks + "if " + test(2) + ":\n" + block(indent + 1, 2, loop);
        if (rng_.below(2) == 0) out += blanks + "elif " + test(1) + ":\n" + block(indent + 1, 2, loop);
        if (rng_.below(2) == 0) out += blanks + "else:\n" + block(indent + 1, 2, loop);
        return out;
      }
      case 9: {
        std::string out = blanks + "for " + pick("i", "x", "y") + " in range(" +
                          (rng_.below(2) == 0 ? "" : number() + ", ") + whole(0) + " % 4):\n" +
                          block(indent + 1, 3, true);
        if (rng_.below(3) == 0) out += blanks + "else:\n" + block(indent + 1, 1, loop);
        return out;
      }
      case 10: {
        const bool two = rng_.below(3) == 0;
        return blanks + (two ? "for i, x in enumerate(" : "for x in ") + list(1) + (two ? ")" : "") + ":\n" +
               block(indent + 1, 3, true);
      }
      default: {
        // Its counter is no other's, so that it ends.
        const std::string counter = "n" + std::to_string(counters_++);
        std::string out = blanks + counter + " = " + std::to_string(rng_.below(4)) + "\n" + blanks + "while " +
                          counter + " > 0:\n" + blanks + "    " + counter + " -= 1\n" + block(indent + 1, 2, true);
        if (rng_.below(3) == 0) out += blanks + "else:\n" + block(indent + 1, 1, loop);
        return out;
      }
    }
  }

  tasks::Rng rng_;
  bool calls_ = false;
  int counters_ = 0;
};

}  // namespace trm::tests
