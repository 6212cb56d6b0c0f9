#include <descent/data/loader.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::data {
namespace {

Index batches(Index rows, const LoaderOptions& options) {
  const bool short_last = rows % options.batch != 0 && !options.drop_last;
  return rows / options.batch + (short_last ? 1 : 0);
}

void require_finite(const char* what, const Tensor& x) {
  visit_dtype(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_floating_point_v<T>) {
      const auto values = x.data<T>();
      const auto wrong = std::ranges::find_if_not(values, [](T value) { return std::isfinite(value); });
      if (wrong == values.end()) return;
      const Index row = (wrong - values.begin()) / (x.numel() / x.size(0));
      throw ValueError("loader: row " + std::to_string(row) + " of the " + what + " holds " + std::to_string(*wrong) +
                       "; clean the data, or set allow_non_finite");
    }
  });
}

}  // namespace

Index Epoch::size() const { return batches(static_cast<Index>(order_.size()), options_); }

Batch Epoch::operator[](Index i) const {
  if (i < 0 || i >= size())
    throw IndexError("epoch: batch " + std::to_string(i) + " is out of range; the epoch has " + std::to_string(size()));
  const auto first = order_.begin() + i * options_.batch;
  const auto last = first + std::min<Index>(options_.batch, order_.end() - first);
  const std::vector<std::int64_t> chosen(first, last);
  return {take_rows(inputs_, chosen), take_rows(targets_, chosen), i};
}

Loader::Loader(Dataset set, const LoaderOptions& options) : set_(std::move(set)), options_(options) {
  const Index count = checked_rows("loader", set_);
  if (options.batch < 1) throw ValueError("loader: batch is " + std::to_string(options.batch) + "; it must be 1 or more");
  if (count == 0) throw ValueError("loader: the set has no rows; there is nothing to train on");
  if (size() == 0)
    throw ValueError("loader: drop_last leaves nothing: the set has " + std::to_string(count) + " rows and a batch " +
                     std::to_string(options.batch) + "; take smaller batches");
  if (options.allow_non_finite) return;
  require_finite("inputs", set_.inputs);
  require_finite("targets", set_.targets);
}

Index Loader::size() const { return batches(set_.inputs.size(0), options_); }

Epoch Loader::epoch(Index number) const {
  if (number < 0) throw ValueError("loader: epoch " + std::to_string(number) + "; epochs count from 0");
  Epoch epoch;
  epoch.inputs_ = set_.inputs;
  epoch.targets_ = set_.targets;
  epoch.options_ = options_;
  const Index count = set_.inputs.size(0);
  if (options_.shuffle) {
    epoch.order_ = shuffled(count, options_.seed, static_cast<std::uint64_t>(number));
  } else {
    epoch.order_.resize(static_cast<std::size_t>(count));
    std::iota(epoch.order_.begin(), epoch.order_.end(), 0);
  }
  return epoch;
}

}  // namespace descent::inline v1::data
