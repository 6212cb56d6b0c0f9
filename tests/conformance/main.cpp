// conformance DIR: runs reference cases through descent and says which it does not match.
#include <algorithm>
#include <iostream>
#include <map>
#include <optional>

#include <CLI/CLI.hpp>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/conformance/verify.hpp>

namespace descent::conformance {
namespace {

struct Options {
  std::string folder;
  std::vector<std::string> only;
  int threads = 0;
  Under under = Under::nothing;
};

struct Counts {
  std::size_t passed = 0, failed = 0, later = 0, warned = 0;
  std::map<std::string, std::size_t> missing;  ///< options, with the number of cases that need each
  std::vector<std::string> unknown;
};

const Row* row_of(const std::string& name) {
  for (const Row& row : table())
    if (row.name == name) return &row;
  return nullptr;
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

void count(Counts& counts, const std::string& name, const Verdict& verdict) {
  if (!verdict.failures.empty()) std::cout << "FAILED " << name << ": " << joined(verdict.failures) << '\n';
  if (!verdict.warnings.empty()) std::cout << "warning " << name << ": " << joined(verdict.warnings) << '\n';
  if (!verdict.warnings.empty()) ++counts.warned;
  if (verdict.later.empty()) {
    ++(verdict.failures.empty() ? counts.passed : counts.failed);
  } else {
    ++counts.later;
    ++counts.missing[verdict.later];
  }
}

void run_op(Counts& counts, const Options& options, const std::string& name) {
  const std::vector<Case> cases = read_cases(options.folder, name);
  const Row* row = row_of(name);
  if (row == nullptr) {
    counts.later += cases.size();
    counts.unknown.push_back(name);
    return;
  }
  for (std::size_t i = 0; i < cases.size(); ++i) count(counts, name + " case " + std::to_string(i), verify(*row, cases[i], options.under));
}

void print(const Counts& counts) {
  for (const auto& [option, cases] : counts.missing) std::cout << "later: " << cases << " cases need " << option << '\n';
  if (!counts.unknown.empty()) {
    std::cout << counts.unknown.size() << " ops are not known yet:";
    for (const std::string& name : counts.unknown) std::cout << ' ' << name;
    std::cout << '\n';
  }
  if (counts.warned > 0) std::cout << counts.warned << " cases differ in derivatives in which the producer is not to be relied on\n";
  std::cout << counts.passed << " passed, " << counts.failed << " failed, " << counts.later << " later\n";
}

int run(const Options& options) {
  std::optional<kernels::Threads> limit;
  if (options.threads > 0) limit.emplace(options.threads);
  const std::vector<std::string> names = read_index(options.folder);
  for (const std::string& name : options.only)
    if (std::find(names.begin(), names.end(), name) == names.end()) throw std::runtime_error(name + " is not in the index");
  Counts counts;
  for (const std::string& name : names)
    if (options.only.empty() || std::find(options.only.begin(), options.only.end(), name) != options.only.end())
      run_op(counts, options, name);
  print(counts);
  return counts.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace descent::conformance

int main(int argc, char** argv) {
  CLI::App app(
      "Runs reference cases of values and derivatives through descent. Exits with 0 when all known ones agree, 1 when one does\n"
      "not, 2 when they cannot be read.");
  descent::conformance::Options options;
  app.add_option("DIR", options.folder, "the folder of index.json")->required()->check(CLI::ExistingDirectory);
  app.add_option("--only", options.only, "run this op; may be given again");
  app.add_option("--threads", options.threads, "threads to use")->check(CLI::Range(1, 1024));
  using descent::conformance::Under;
  const std::map<std::string, Under> transforms{
      {"vmap", Under::vmap}, {"checkpoint", Under::checkpoint}, {"compile", Under::compile}};
  app.add_option("--under", options.under,
                 "wrap each call: in vmap, as an example of a batch, in checkpoint, or with its derivatives in compile")
      ->transform(CLI::CheckedTransformer(transforms));
  try {
    app.parse(argc, argv);
    return descent::conformance::run(options);
  } catch (const CLI::ParseError& error) { return app.exit(error) == 0 ? 0 : 2; } catch (const std::exception& error) {
    std::cerr << "conformance: " << error.what() << '\n';
    return 2;
  }
}
