// fuzz: random programs through descent, and what must hold of each. One seed is one program.
#include <chrono>
#include <iostream>
#include <map>
#include <set>

#include <CLI/CLI.hpp>

#include <descent/autodiff/ops/all.hpp>
#include <descent/tests/fuzz/generate.hpp>
#include <descent/tests/fuzz/oracles.hpp>
#include <descent/tests/fuzz/shrink.hpp>

namespace descent::fuzz {
namespace {

struct Options {
  std::uint64_t seed = 1;
  double seconds = 0;
  Index programs = 0;
  bool threads = false;
  bool print = false;
};

class Fuzz {
 public:
  explicit Fuzz(const Options& options) : options_(options) {
    if (options.threads) limits_ = {.calls = 12, .elements = 200'000, .long_axis = 331};
  }

  int run() {
    const auto begin = std::chrono::steady_clock::now();
    const auto over = [&] {
      if (options_.seconds > 0) return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() >= options_.seconds;
      return programs_ >= options_.programs;
    };
    for (std::uint64_t seed = options_.seed; !over() && failed_ < kMostFailures; ++seed) try_seed(seed);
    for (const Oracle& oracle : oracles())
      std::cout << oracle.name << ": " << held_[oracle.name] << " held, " << silent_[oracle.name] << " do not apply\n";
    std::cout << ops_.size() << " of " << all_ops().size() << " ops drawn\n";
    std::cout << programs_ << " programs, " << calls_ << " calls, " << failed_ << " failed\n";
    return failed_ == 0 ? 0 : 1;
  }

 private:
  void try_seed(std::uint64_t seed) {
    const Program program = generate(seed, limits_);
    ++programs_;
    calls_ += program.calls();
    for (const Node& node : program.nodes)
      if (node.op != nullptr) ops_.insert(node.op->name);
    if (options_.print) std::cout << "seed " << seed << '\n' << to_string(program) << std::flush;
    for (const Oracle& oracle : oracles()) {
      if (options_.threads && !oracle.bits) continue;
      const Verdict found = verdict(oracle, program);
      if (found.kind == Verdict::Kind::holds) ++held_[oracle.name];
      if (found.kind == Verdict::Kind::says_nothing) ++silent_[oracle.name];
      if (found.kind == Verdict::Kind::fails) return report(seed, program, oracle, found);
    }
  }

  void report(std::uint64_t seed, const Program& program, const Oracle& oracle, const Verdict& found) {
    ++failed_;
    std::cout << "FAILED seed " << seed << ", " << program.calls() << " calls: " << oracle.name << ": " << found.why << std::endl;
    const Program small = shrunk(program, oracle);
    std::cout << to_string(small) << "  " << oracle.name << ": " << verdict(oracle, small).why << std::endl;
  }

  static constexpr Index kMostFailures = 10;
  const Options& options_;
  Limits limits_;
  Index programs_ = 0, calls_ = 0, failed_ = 0;
  std::set<std::string_view> ops_;
  std::map<std::string_view, Index> held_, silent_;
};

}  // namespace
}  // namespace descent::fuzz

int main(int argc, char** argv) {
  CLI::App app(
      "Runs random programs, one for each seed, and checks their derivatives, batches, checkpoints and bits against each other. Exits\n"
      "with 0 when all hold, 1 when one does not: it is then cut down and printed. All ops take part; how many were drawn is said at\n"
      "the end. One seed is one program: --seed N runs it again.");
  descent::fuzz::Options options;
  app.add_option("--seed", options.seed, "the first seed; alone, the only one");
  const auto* seconds = app.add_option("--seconds", options.seconds, "go on for so long");
  const auto* programs = app.add_option("--programs", options.programs, "or for so many programs");
  app.add_flag("--threads", options.threads, "large shapes, which are cut between threads, and only what compares bits");
  app.add_flag("--print", options.print, "print each program before it runs");
  CLI11_PARSE(app, argc, argv);
  if (!*seconds && !*programs) options.programs = 1;
  try {
    return descent::fuzz::Fuzz(options).run();
  } catch (const std::exception& error) {
    std::cerr << "fuzz: " << error.what() << '\n';
    return 2;
  }
}
