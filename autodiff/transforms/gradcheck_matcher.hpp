#pragma once

#include <string>
#include <utility>

#if __has_include(<catch2/matchers/catch_matchers_templated.hpp>)
#include <catch2/matchers/catch_matchers_templated.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <descent/autodiff/transforms/gradcheck.hpp>

// gradcheck in a test with Catch2, version 2 or 3. Included by itself: descent.hpp needs no Catch2.

namespace descent::inline v1 {
namespace detail {
#if __has_include(<catch2/matchers/catch_matchers_templated.hpp>)
using CatchMatcher = Catch::Matchers::MatcherGenericBase;
#else
using CatchMatcher = Catch::Matchers::Impl::MatcherUntypedBase;
#endif
}  // namespace detail

template <class P> class RightGradientAt : public detail::CatchMatcher {
 public:
  RightGradientAt(P point, GradcheckOptions options, std::source_location where)
      : point_(std::move(point)), options_(options), where_(where) {}

  template <class F> bool match(const F& cost) const {
    const GradcheckReport report = gradcheck(cost, point_, options_, where_);
    found_ = to_string(report);
    return report.passed;
  }
  std::string describe() const override { return "has the gradient that differences give:\n" + found_; }

 private:
  P point_;
  GradcheckOptions options_;
  std::source_location where_;
  mutable std::string found_;  // Catch asks for the description after the match
};

/// `CHECK_THAT(cost, has_right_gradient_at(model, {.order = 2}))`: fails with gradcheck's table.
template <class P> RightGradientAt<P> has_right_gradient_at(P point, GradcheckOptions options = {},
                                                            std::source_location where = std::source_location::current()) {
  return {std::move(point), options, where};
}

}  // namespace descent::inline v1
