// Scene 5. Every op of the library against central differences, on the samples that the op itself brings.

#include <algorithm>
#include <string>
#include <vector>

#include <descent/autodiff/ops/all.hpp>
#include <descent/autodiff/transforms/op_check.hpp>
#include <descent/autodiff/transforms/op_check/trial.hpp>
#include <descent/descent.hpp>
#include <descent/examples/demo/scenes.hpp>

namespace demo {

using namespace descent;

namespace {

constexpr std::size_t kAbreast = 3;  // ops in a row of the terminal

struct Verdict {
  std::string op;
  std::string shapes = {};  // of the first sample
  double error = 0;         // the worst, relative
  bool has_slope = false;
  Index checks = 0;
  bool passed = true;
};

std::string shapes_of(const op_check::Trial& trial) {
  std::string text;
  for (const Tensor& x : trial.in) text += (text.empty() ? "" : " ") + to_string(x.shape());
  return text.empty() ? "none" : text;
}

bool has_floating(const op_check::Tensors& tensors) {
  return std::any_of(tensors.begin(), tensors.end(), [](const Tensor& x) { return x.present() && is_floating(x.dtype()); });
}

/// A cost that weighs every result of the op at random, so that its slope is made of all the op's slopes.
GradcheckReport against_differences(const op_check::Trial& trial) {
  const op_check::Tensors weights = op_check::directions(op_check::call(trial), 1);
  const auto cost = [&](const op_check::Tensors& in) {
    const op_check::Tensors y = op_check::call(trial, in);
    Tensor total = scalar(0, f64);
    for (std::size_t k = 0; k < y.size(); ++k)
      if (weights[k].present()) total = total + sum(y[k] * weights[k]);
    return total;
  };
  return descent::gradcheck(cost, trial.in);
}

Verdict judged(const Op& op) {
  const OpReport report = check_op(op, {.threads = {1, 2}, .large = 0});
  Verdict verdict{.op = report.op, .checks = report.checks, .passed = report.passed()};
  for (const Sample& sample : op.samples()) {
    const op_check::Trial trial = op_check::make_trial(op, sample, f64);
    if (verdict.shapes.empty()) verdict.shapes = shapes_of(trial);
    if (!sample.smooth || !has_floating(trial.in) || !has_floating(op_check::call(trial))) continue;
    const GradcheckReport slopes = against_differences(trial);
    verdict.has_slope = true;
    verdict.passed &= slopes.passed;
    for (const GradcheckLeaf& leaf : slopes.leaves) verdict.error = std::max(verdict.error, leaf.error);
  }
  return verdict;
}

std::string error_text(const Verdict& verdict) {
  return !verdict.has_slope ? "–" : verdict.error == 0 ? "0" : words("%.0e", verdict.error);
}
std::string mark(const Verdict& verdict) { return verdict.passed ? "✓" : "FAILS"; }

/// All in one screen: column by column, alphabetically.
plot::Table screen(const std::vector<Verdict>& verdicts) {
  plot::Table table;
  const std::size_t rows = (verdicts.size() + kAbreast - 1) / kAbreast;
  for (std::size_t i = 0; i < kAbreast; ++i)
    for (const plot::Column& column : {plot::Column{"op"}, {"error", plot::Align::right}}) table.columns.push_back(column);
  table.rows.resize(rows);
  for (std::size_t place = 0; place < rows * kAbreast; ++place) {
    std::vector<std::string>& row = table.rows[place % rows];
    if (place < verdicts.size()) row.insert(row.end(), {verdicts[place].op, error_text(verdicts[place]) + " " + mark(verdicts[place])});
    else row.insert(row.end(), {"", ""});
  }
  return table;
}

plot::Table full(const std::vector<Verdict>& verdicts) {
  using plot::Align;
  plot::Table table{
      .columns = {{"op"}, {"shapes of a sample"}, {"worst relative error", Align::right}, {"checks", Align::right}, {"passes"}}};
  for (const Verdict& v : verdicts)
    table.rows.push_back({v.op, v.shapes, error_text(v), plot::grouped(static_cast<double>(v.checks)), mark(v)});
  return table;
}

}  // namespace

plot::Section gradcheck(const Options&, Stage& stage) {
  stage.say(
      "Every op on its own samples: its slopes against central differences in f64, the adjoint identity <ct, J t> = <J^T ct, t>, "
      "second order, shapes, dtypes, and the same bits on one thread and two. A dash: no slope to check.");
  std::vector<Verdict> verdicts;
  for (const Op* op : all_ops()) verdicts.push_back(judged(*op));
  Index checks = 0;
  double worst = 0;
  std::string failing;
  for (const Verdict& v : verdicts) {
    checks += v.checks;
    worst = std::max(worst, v.error);
    if (!v.passed) failing += (failing.empty() ? "" : ", ") + v.op;
  }
  stage.show(screen(verdicts));
  const std::string told = words("%zu ops, %s checks, worst relative error of a slope %s: ", verdicts.size(),
                                 plot::grouped(static_cast<double>(checks)).c_str(), plot::number_text(worst, 1).c_str());
  stage.say(told + (failing.empty() ? "all pass." : "these fail: " + failing + "."));
  if (!failing.empty()) throw Error("gradcheck: a slope or a promise is wrong in " + failing);
  return {.title = "Every slope, checked", .text = told + "all pass.", .exhibits = {{.table = full(verdicts)}}};
}

}  // namespace demo
