#include "tasks/python/cpython.h"

#include <utility>

#include "engine/json/json_object.h"
#include "engine/json/json_value.h"
#include "engine/sys/helper.h"

namespace trm::tasks::python {
namespace {

/// Reads an object from each line and writes one for each.
constexpr const char* kScript = R"(
import ast, contextlib, io, json, os, resource, sys, threading

class GaveUp(BaseException):
    pass

def ask(source, call, lowered, most):
    out, calls, by_lowered = io.StringIO(), 0, False
    def count(frame, event, _):
        nonlocal calls
        if event == 'call' and frame.f_code.co_filename == '<program>' and frame.f_code.co_name != '<module>':
            calls += 1
            if calls > most:
                raise GaveUp
    answer = {'outcome': 'returned'}
    try:
        with contextlib.redirect_stdout(out):
            names = {'__name__': 'program' if call else '__main__'}
            try:
                tree = ast.parse(source, '<program>')
            except SyntaxError:
                if not lowered:
                    raise
                tree, call, by_lowered = ast.parse(lowered, '<program>'), 'question()', True
            if call:
                last = ast.parse(call.strip(), '<question>', 'eval').body
            else:
                last = tree.body.pop().value if tree.body and isinstance(tree.body[-1], ast.Expr) else ast.Constant(None)
            program = compile(tree, '<program>', 'exec')
            question = compile(ast.fix_missing_locations(ast.Expression(last)), '<question>', 'eval')
            sys.setprofile(count)
            try:
                exec(program, names)
                value = eval(question, names)
            finally:
                sys.setprofile(None)
            answer['text'] = repr(value)
    except GaveUp:
        answer = {'outcome': 'gave up', 'text': ''}
    except BaseException as error:
        answer = {'outcome': 'raised', 'text': type(error).__name__}
    answer['printed'] = out.getvalue().splitlines()
    answer['calls'] = calls
    answer['by_lowered'] = by_lowered
    return answer

def child(line, out):
    question = json.loads(line)
    resource.setrlimit(resource.RLIMIT_CPU, (question['seconds'], question['seconds']))
    def work():
        answer = json.dumps(ask(question['source'], question['call'], question['lowered'], question['most']))
        with open(out, 'w') as pipe:
            pipe.write(answer)
    threading.stack_size(512 << 20)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

sys.setrecursionlimit(100000)
if hasattr(sys, 'set_int_max_str_digits'):
    sys.set_int_max_str_digits(0)
gave_up = json.dumps({'outcome': 'gave up', 'text': '', 'printed': [], 'calls': 0, 'by_lowered': False})
# A process for each question: a single power of Python can take longer than anybody waits, and cannot be interrupted.
for line in sys.stdin:
    source, sink = os.pipe()
    number = os.fork()
    if number == 0:
        os.close(source)
        child(line, sink)
        os._exit(0)
    os.close(sink)
    with open(source) as pipe:
        answer = pipe.read()
    os.waitpid(number, 0)
    print(answer or gave_up, flush=True)
)";

/// Of processor time for a question.
constexpr int kSeconds = 5;
constexpr std::size_t kMostOutput = std::size_t{1} << 28;

Error unclear(const std::string& line) {
  return Error{ErrorCode::io, "python3", "", "said \"" + line.substr(0, 200) + "\"", "look whether python3 works"};
}

Result<PythonAnswer> read_answer(const std::string& line) {
  Result<JsonObject> json = JsonObject::parse(line, "python3");
  if (!json.ok()) return unclear(line);
  std::string outcome;
  PythonAnswer out;
  json->get("outcome", outcome, {"returned", "raised", "gave up"});
  json->get("text", out.text);
  json->get("printed", out.printed);
  json->get("by_lowered", out.by_lowered);
  json->get("calls", out.calls, 0, std::numeric_limits<std::uint32_t>::max());
  if (!json->finish().ok()) return unclear(line);
  out.outcome = outcome == "returned" ? PythonAnswer::Outcome::returned
                : outcome == "raised" ? PythonAnswer::Outcome::raised
                                      : PythonAnswer::Outcome::gave_up;
  return out;
}

}  // namespace

Result<std::vector<PythonAnswer>> ask_cpython(std::span<const PythonQuestion> questions, std::size_t max_calls,
                                              std::chrono::seconds time) {
  std::string text;
  for (const PythonQuestion& each : questions) {
    text += JsonValue::object({{"source", each.source},
                               {"call", each.call},
                               {"lowered", each.lowered},
                               {"most", max_calls},
                               {"seconds", kSeconds}})
                .compact() +
            "\n";
  }
  Result<Helper> helper = Helper::start({{"python3", "-s", "-B", "-c", kScript}, {}});
  if (!helper.ok()) return helper.error();
  const Result<std::string> said = helper->finish(text, {time, kMostOutput});
  if (!said.ok()) return said.error();
  std::vector<PythonAnswer> out;
  for (std::size_t at = 0; at < said->size();) {
    const std::size_t end = std::min(said->find('\n', at), said->size());
    Result<PythonAnswer> answer = read_answer(said->substr(at, end - at));
    if (!answer.ok()) return answer.error();
    out.push_back(*std::move(answer));
    at = end + 1;
  }
  if (out.size() != questions.size()) return unclear("");
  return out;
}

}  // namespace trm::tasks::python
