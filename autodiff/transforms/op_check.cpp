#include <descent/autodiff/transforms/op_check.hpp>

#include <algorithm>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/transforms/op_check/properties.hpp>
#include <descent/autodiff/transforms/op_check/variants.hpp>

namespace descent::inline v1 {
namespace {

using namespace op_check;

struct Property {
  const char* name;
  void (*check)(Findings&, const Trial&);
  bool in_f32;  ///< tried in both dtypes; else in f64 only
};

constexpr Property kOnSamples[] = {
    {"as declared", &as_declared, true},
    {"reuses memory", &reuses_memory, true},
    {"repeats", &repeats, true},
    {"first order", &first_order, true},
    {"second order", &second_order, false},
    {"zero absorbs", &zero_absorbs, true},
    {"element by element", &element_by_element, true},
    {"close in f32", &close_in_f32, false},
    {"as a batch", &as_a_batch, false},
    {"mixed dtypes", &mixed_dtypes, false},
    {"integer inputs", &integer_inputs, false},
    {"parameters", &parameters_round_trip, false},
};
constexpr Property kOnShapes[] = {
    {"as declared", &as_declared, false},
    {"as a batch", &as_a_batch, false},
    {"first order", &first_order, false},
    {"zero absorbs", &zero_absorbs, false},
    {"element by element", &element_by_element, true},
};
constexpr Property kOnSizes[] = {{"sizes", &taken_or_refused, false}};

std::string shapes_in(const Sample& sample) {
  std::string text;
  for (const SampleInput& input : sample.inputs) text += (text.empty() ? "" : " ") + to_string(input.shape);
  return text;
}

class OpCheck {
 public:
  OpCheck(const Op& op, const OpCheckOptions& options) : op_(op), options_(options) { report_.op = op.name; }

  OpReport run() {
    findings_.about("the op");
    Samples samples;
    guarded("samples", [&] { samples = op_.samples(); });
    if (samples.empty()) findings_.fail("it has no samples");
    for (std::size_t i = 0; i < samples.size(); ++i) on_sample(samples[i], "sample " + std::to_string(i));
    const auto smooth = std::find_if(samples.begin(), samples.end(), [](const Sample& s) { return s.smooth; });
    if (smooth != samples.end())
      for (const Sample& variant : shapes_of_pointwise(op_, *smooth)) on(kOnShapes, variant, "shapes " + shapes_in(variant));
    return std::move(report_);
  }

 private:
  void on_sample(const Sample& sample, const std::string& name) {
    on(kOnSamples, sample, name);
    for (const Dtype dtype : {f64, f32}) {
      at_threads(sample, name, dtype);
      guarded("large", [&] { at_threads_when_large(sample, name, dtype); });
    }
    for (const Sample& variant : with_other_ranks(sample)) on(kOnSizes, variant, name + " in shapes " + shapes_in(variant));
    for (const Index size : {0, 1})
      for (const Sample& variant : with_axes_of_size(sample, size)) on(kOnSizes, variant, name + " in shapes " + shapes_in(variant));
  }

  void on(std::span<const Property> properties, const Sample& sample, const std::string& name) {
    for (const Property& property : properties)
      for (const Dtype dtype : {f64, f32})
        if (dtype == f64 || property.in_f32) guarded(property.name, [&] { property.check(findings_, trial(sample, name, dtype)); });
  }

  void at_threads(const Sample& sample, const std::string& name, Dtype dtype) {
    guarded("threads", [&] { same_at_threads(findings_, trial(sample, name, dtype), options_.threads); });
  }

  /// Where parameters fix the shape, no larger one is taken.
  void at_threads_when_large(const Sample& sample, const std::string& name, Dtype dtype) {
    if (options_.large == 0) return;
    Sample large = sample;
    try {
      large = enlarged(op_, sample, options_.large);
      call(trial(large, name, dtype));
    } catch (const Error&) { return; }
    const std::string full = name + " in shapes " + shapes_in(large);
    at_threads(large, full, dtype);
    guarded("reuses memory", [&] { reuses_memory(findings_, trial(large, full, dtype)); });
  }

  Trial trial(const Sample& sample, const std::string& name, Dtype dtype) {
    findings_.about(name + ", " + std::string(name_of(dtype)));
    return make_trial(op_, sample, dtype);
  }

  template <class F> void guarded(const char* property, F f) {
    try {
      f();
    } catch (const std::exception& error) { findings_.fail(std::string(property) + " threw: " + error.what()); }
  }

  const Op& op_;
  const OpCheckOptions& options_;
  OpReport report_;
  Findings findings_{report_};
};

}  // namespace

OpReport check_op(const Op& op, const OpCheckOptions& options) { return OpCheck(op, options).run(); }

std::string to_string(const OpReport& report) {
  if (report.passed()) return report.op + ": " + std::to_string(report.checks) + " checks passed";
  std::string text;
  for (const std::string& failure : report.failures) text += (text.empty() ? "" : "\n") + failure;
  return text;
}

}  // namespace descent::inline v1
