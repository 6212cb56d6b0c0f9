#pragma once

#include <string>

#include <descent/autodiff/transforms/op_check.hpp>

// What is compared, and how closely.

namespace descent::inline v1::op_check {

/// Collects the sentences of a report, each with the trial it is about.
class Findings {
 public:
  explicit Findings(OpReport& report) : report_(report) {}

  /// The trial that the next findings are about.
  void about(std::string trial) { trial_ = std::move(trial); }
  void fail(const std::string& sentence);
  /// Counts a check; fails with `what` and the difference where there is one.
  void compare(const std::string& what, const std::string& difference);
  void expect(const std::string& what, bool holds) { compare(what, holds ? "" : "it does not hold"); }

 private:
  OpReport& report_;
  std::string trial_;
};

// Each names what differs: "element 3 is 0.5, wanted 0.25"; empty where nothing does.

/// Shape and dtype.
std::string different_kind(const Abstract& got, const Abstract& wanted);
/// Values, to `tolerance` times the largest |wanted|, 1 at least. NaN and infinities must agree in place and sign. Dtypes may differ.
std::string different_values(const Tensor& got, const Tensor& wanted, double tolerance);
/// Every bit; one NaN is as good as another.
std::string different_bits(const Tensor& got, const Tensor& wanted);

bool all_finite(const Tensor& x);
bool all_zero(const Tensor& x);

}  // namespace descent::inline v1::op_check
