#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <descent/autodiff/tape/op.hpp>

// What one recorded call is in C++, for to_cpp: loops over arrays.

namespace descent::inline v1::detail {

/// An array of the file that is written.
struct CppArray {
  std::string name;
  Abstract like;
};

/// A call with the arrays that it reads and writes.
struct CppCall {
  const Op& op;
  const void* params;
  std::vector<CppArray> in;
  std::vector<Tensor> constants;  ///< by input; absent where it is computed
  std::vector<CppArray> out;
};

std::string_view cpp_type(Dtype dtype);
/// The numbers of a tensor, with commas.
std::string cpp_numbers(const Tensor& x);
/// The statements. `temporary` declares one more static array and returns its name.
/// throws  ValueError: the op cannot be written
std::string cpp_statements(const CppCall& call, const std::function<std::string(const Abstract& like, const Tensor& constant)>& temporary);
/// `to` is `from`, element by element.
std::string cpp_copy(const CppArray& to, const CppArray& from);

}  // namespace descent::inline v1::detail
