#pragma once

#include <span>
#include <vector>

#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1 {

/// The reverse interpreter: sum_k cts[k]^T d ys[k] / d x for each x of `xs`, all known to the record. One loop over the list.
/// Absent results stand for zero.
std::vector<Tensor> sweep_reverse(Record& record, std::span<const Tensor> ys, std::span<const Tensor> cts, std::span<const Tensor> xs);

}  // namespace descent::inline v1
