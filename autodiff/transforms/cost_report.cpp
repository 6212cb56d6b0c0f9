#include <descent/autodiff/transforms/cost_report.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {
namespace {

double seconds_of(const std::function<void()>& f, int calls) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double detail::median_seconds(const std::function<void()>& f, int runs) {
  if (runs < 1) throw ValueError(fmt::format("cost_report: {} runs; there must be at least 1", runs));
  constexpr double kLongEnough = 1e-3;  // well above the clock's resolution
  constexpr int kMostCalls = 1 << 20;
  int calls = 1;
  while (seconds_of(f, calls) < kLongEnough && calls < kMostCalls) calls *= 2;  // also warms up
  std::vector<double> times;
  for (int run = 0; run < runs; ++run) times.push_back(seconds_of(f, calls) / calls);
  std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
  return times[static_cast<std::size_t>(runs / 2)];
}

std::string to_string(const CostReport& report) {
  const TapeStats& tape = report.tape;
  std::string text = fmt::format("cost      {:>12.3f} us\ngradient  {:>12.3f} us   {:.2f} times the cost\n", report.cost_seconds * 1e6,
                                 report.gradient_seconds * 1e6, report.ratio);
  text +=
      fmt::format("tape      {:>12} calls   {} bytes of record, {} bytes of values kept\n", tape.entries, tape.bytes_tape, tape.bytes_kept);
  text += fmt::format("{:<20} {:>8} {:>14}\n", "op", "calls", "bytes kept");
  for (const TapeStats::PerOp& op : tape.by_op) text += fmt::format("{:<20} {:>8} {:>14}\n", op.name, op.entries, op.bytes_kept);
  return text;
}

}  // namespace descent::inline v1
