#include "bench/frames/accuracy.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <type_traits>

#include "bench/frames/predictions.h"
#include "bench/frames/prolog.h"
#include "engine/base/clock.h"
#include "engine/sys/memory.h"
#include "engine/sys/thread_pool.h"
#include "engine/train/source.h"
#include "tasks/ask/answerer_pool.h"
#include "tasks/ask/item_question.h"
#include "tasks/exchange/score.h"
#include "tasks/interpreter/judge.h"

namespace trm::bench {

namespace {

/// Counts answered items over all threads; worker 0 passes the number on now and then.
class Counter {
 public:
  explicit Counter(const Progress& progress) : progress_(progress) {}
  void add(std::size_t n, std::size_t worker) {
    const std::size_t done = done_.fetch_add(n, std::memory_order_relaxed) + n;
    if (worker != 0 || !progress_) return;
    constexpr std::int64_t kPauseNs = 100'000'000;
    const std::int64_t now = now_ns();
    if (now - told_ns_ < kPauseNs) return;
    told_ns_ = now;
    progress_(done);
  }

 private:
  const Progress& progress_;
  std::atomic<std::size_t> done_{0};
  std::int64_t told_ns_ = 0;  // worker 0 only
};

/// A judged frame, to be looked up among those of the training.
struct JudgedFrame {
  std::uint64_t fingerprint = 0;
  std::uint32_t item = 0;
  bool right = false;
};

/// False: it says nothing.
bool judge_frame(const FrameRecord& frame, tasks::Encoding encoding, ItemOutcome& out) {
  const Result<std::optional<std::size_t>> wrong = encoding == tasks::Encoding::programs
                                                       ? tasks::interpreter::first_wrong_token(frame.tokens)
                                                       : tasks::first_wrong_token(frame.tokens);
  // A frame that waited for a callee when the question ended has not gone wrong: it says nothing.
  if (wrong.ok() && !frame.complete && (!*wrong || **wrong >= frame.tokens.size())) return false;
  ++out.judged_frames;
  if (wrong.ok() && frame.complete && !*wrong) ++out.right_frames;
  return true;
}

/// Which of the judged frames, sorted here, the training showed.
void look_up(const SeenFrames& seen, std::vector<JudgedFrame>& frames, OfflinePass& out) {
  std::sort(frames.begin(), frames.end(),
            [](const JudgedFrame& a, const JudgedFrame& b) { return a.fingerprint < b.fingerprint; });
  bool shown = false;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i == 0 || frames[i].fingerprint != frames[i - 1].fingerprint) {
      shown = seen.contains(frames[i].fingerprint);
      ++out.distinct_frames;
      out.distinct_seen_frames += shown ? 1 : 0;
    }
    ItemOutcome& item = out.items[frames[i].item];
    item.seen_frames += shown ? 1 : 0;
    item.right_unseen_frames += !shown && frames[i].right ? 1 : 0;
  }
}

void judge_answer(const tasks::Item& item, const Result<std::string>& text, const Answer& answer, ItemOutcome& out) {
  out.verdict = answer.verdict;
  out.right = text.ok() && tasks::is_right(item, *text);
  out.frames = static_cast<std::uint32_t>(answer.frames);
  out.memo_hits = static_cast<std::uint32_t>(answer.memo_hits);
  out.own_tokens = static_cast<std::uint32_t>(answer.own_tokens);
  out.fed_tokens = static_cast<std::uint32_t>(answer.fed_tokens);
  out.max_depth = static_cast<std::uint32_t>(answer.max_depth);
}

/// Deep questions take long: whoever begins with them does not end with one of them alone.
std::vector<std::size_t> deepest_first(const std::vector<tasks::Item>& items) {
  std::vector<std::size_t> out(items.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::stable_sort(out.begin(), out.end(),
                   [&](std::size_t a, std::size_t b) { return items[a].depth > items[b].depth; });
  return out;
}

Status run_model(const std::string& path, const Workload& workload, const OfflineOptions& options, Counter& counter,
                 OfflinePass& out) {
  const Result<tasks::CausalModel> model = tasks::CausalModel::load(path, *options.kernels);
  if (!model.ok()) return model.error();
  tasks::PoolOptions how;
  const tasks::Encoding encoding = model->use().encoding;
  how.machine = machine_options(*workload.task, encoding, options.concurrency);
  how.threads.threads = options.threads;
  how.threads.pin = options.pin;
  tasks::AnswererPool pool(*model, how);
  // What a sequence reads and returns is its own, so its frames alone say little: the answer is judged.
  const bool on_machine = model->use().on_machine();
  std::vector<tasks::ItemQuestion> asked;
  std::vector<Question> questions;
  std::vector<MachineObserver> heard;  // by each question
  for (const tasks::Item& item : workload.items) {
    Result<tasks::ItemQuestion> question = tasks::ItemQuestion::create(item, encoding);
    if (!question.ok()) return question.error();
    questions.push_back(question->question());
    heard.push_back(question->observer());
    asked.push_back(*std::move(question));
  }
  std::vector<Answer> answers(workload.items.size());
  if (Status s = pool.start(); !s.ok()) return s;
  out.threads = pool.threads();
  out.concurrency = pool.concurrency();
  std::vector<std::vector<JudgedFrame>> judged(pool.threads());
  const auto observer = [&](std::size_t first, std::size_t worker) {
    MachineObserver watch;
    if (encoding == tasks::Encoding::programs) {
      watch.opened = [&, first](const OpenedFrame& frame) { heard[first + frame.question].opened(frame); };
      watch.memo_hit = [&, first](const MemoHit& hit) { heard[first + hit.question].memo_hit(hit); };
      watch.returned = [&, first](const ReturnedCall& call) { heard[first + call.question].returned(call); };
    }
    if (on_machine) {
      watch.closed = [&, first, worker](const FrameRecord& frame) {
        ItemOutcome& item = out.items[first + frame.question];
        const std::uint32_t right = item.right_frames;
        if (judge_frame(frame, encoding, item) && options.seen != nullptr) {
          judged[worker].push_back({fingerprint(frame.tokens, frame.own),
                                    static_cast<std::uint32_t>(first + frame.question), item.right_frames > right});
        }
      };
    }
    watch.answered = [&, first, worker](std::size_t question) {
      const std::size_t at = first + question;
      const tasks::Item& item = workload.items[at];
      judge_answer(item, asked[at].text(item, answers[at], how.machine), answers[at], out.items[at]);
      counter.add(1, worker);
    };
    return watch;
  };
  const std::vector<std::size_t> order = deepest_first(workload.items);
  const std::int64_t begin = now_ns();
  Status status = pool.run(questions, answers, {observer, {}, order});
  out.elapsed_ns = now_ns() - begin;
  if (!status.ok()) return status;
  out.rss_peak_bytes = rss_peak_bytes();
  if (options.seen == nullptr) return {};
  for (std::size_t i = 1; i < judged.size(); ++i) judged[0].insert(judged[0].end(), judged[i].begin(), judged[i].end());
  look_up(*options.seen, judged[0], out);
  return {};
}

Status run_solver(const Workload& workload, const OfflineOptions& options, Counter& counter, OfflinePass& out) {
  ThreadOptions how;
  how.threads = options.threads;
  how.pin = options.pin;
  const Result<std::unique_ptr<ThreadPool>> started = ThreadPool::create(how);
  if (!started.ok()) return started.error();
  ThreadPool& pool = **started;
  const std::size_t count = workload.items.size();
  const std::size_t piece = (count + 4 * pool.size() - 1) / (4 * pool.size()), pieces = (count + piece - 1) / piece;
  out.threads = pool.size();
  out.concurrency = 1;
  const std::int64_t begin = now_ns();
  pool.run(pieces, [&](std::size_t task, std::size_t worker) {
    const std::size_t first = task * piece, size = std::min(piece, count - first);
    for (std::size_t i = first; i < first + size; ++i) {
      const Result<std::string> answer = solve_exactly(workload.items[i]);
      out.items[i].verdict = answer.ok() ? Verdict::answered : Verdict::malformed;
      out.items[i].right = answer.ok() && tasks::is_right(workload.items[i], *answer);
    }
    counter.add(size, worker);
  });
  out.elapsed_ns = now_ns() - begin;
  return {};
}

Result<OfflinePass> run_prolog(const Contestant& contestant, const Workload& workload, const Progress& progress) {
  Result<PrologProcess> process = PrologProcess::start(prolog_program(contestant.path, *workload.task));
  if (!process.ok()) return process.error();
  OfflinePass out;
  out.concurrency = 1;
  const std::int64_t begin = now_ns();
  for (const tasks::Item& item : workload.items) {
    const Result<std::string> answer = process->ask(prolog_term(item.prompt));
    if (!answer.ok()) return answer.error();
    ItemOutcome& outcome = out.items.emplace_back();
    outcome.verdict = answer->starts_with('!') ? Verdict::malformed : Verdict::answered;
    outcome.right = tasks::is_right(item, *answer);
    if (progress) progress(out.items.size());
  }
  out.elapsed_ns = now_ns() - begin;
  out.rss_peak_bytes = process->rss_peak_bytes();
  return out;
}

/// Everything of a pass but its items, for the pipe.
struct Totals {
  std::int64_t elapsed_ns;
  std::size_t threads, concurrency, rss_peak_bytes, distinct_frames, distinct_seen_frames;
};

Bytes to_bytes(const OfflinePass& pass) {
  static_assert(std::is_trivially_copyable_v<ItemOutcome> && std::is_trivially_copyable_v<Totals>);
  const Totals totals{pass.elapsed_ns,     pass.threads,         pass.concurrency,
                      pass.rss_peak_bytes, pass.distinct_frames, pass.distinct_seen_frames};
  Bytes out(sizeof totals + pass.items.size() * sizeof(ItemOutcome));
  std::memcpy(out.data(), &totals, sizeof totals);
  std::memcpy(out.data() + sizeof totals, pass.items.data(), pass.items.size() * sizeof(ItemOutcome));
  return out;
}

OfflinePass from_bytes(const Bytes& bytes) {
  Totals totals{};
  std::memcpy(&totals, bytes.data(), sizeof totals);
  OfflinePass out;
  out.elapsed_ns = totals.elapsed_ns;
  out.threads = totals.threads;
  out.concurrency = totals.concurrency;
  out.rss_peak_bytes = totals.rss_peak_bytes;
  out.distinct_frames = totals.distinct_frames;
  out.distinct_seen_frames = totals.distinct_seen_frames;
  out.items.resize((bytes.size() - sizeof totals) / sizeof(ItemOutcome));
  std::memcpy(static_cast<void*>(out.items.data()), bytes.data() + sizeof totals,
              out.items.size() * sizeof(ItemOutcome));
  return out;
}

}  // namespace

Result<OfflinePass> run_offline(const Contestant& contestant, const Workload& workload, const OfflineOptions& options,
                                const Progress& progress) {
  if (contestant.kind == ContestantKind::predictions) return judge_predictions(*contestant.predictions, workload);
  if (contestant.kind == ContestantKind::prolog) return run_prolog(contestant, workload, progress);
  OfflinePass out;
  out.items.resize(workload.items.size());
  Counter counter(progress);
  const Status status = contestant.is_model() ? run_model(contestant.path, workload, options, counter, out)
                                              : run_solver(workload, options, counter, out);
  if (!status.ok()) return status.error();
  if (out.rss_peak_bytes == 0) out.rss_peak_bytes = rss_peak_bytes();
  return out;
}

Result<OfflinePass> run_offline_in_child(const Contestant& contestant, const Workload& workload,
                                         const OfflineOptions& options, const Progress& progress) {
  const Result<Bytes> bytes = run_in_child(
      [&](const Progress& tell) -> Result<Bytes> {
        const Result<OfflinePass> pass = run_offline(contestant, workload, options, tell);
        if (!pass.ok()) return pass.error();
        return to_bytes(*pass);
      },
      progress);
  if (!bytes.ok()) return bytes.error();
  return from_bytes(*bytes);
}

}  // namespace trm::bench
