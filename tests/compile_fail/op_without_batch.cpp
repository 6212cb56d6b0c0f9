// expect: op has no batch rule: write batched(params, like, size), batch(call, out), batch = in_front()
#include <descent/autodiff/tape/kinds.hpp>

struct Twice : descent::Linear<Twice> {
  static constexpr std::string_view name = "twice";
  static descent::Shape shape(const descent::Shape& x) { return x; }
  static descent::Tensor forward(const descent::Tensor& x) { return x; }
  static descent::Tensor adjoint(const descent::Abstract&, const descent::Tensor& ct) { return ct; }
  static descent::Samples samples() { return {descent::uniform({3}, -1, 1)}; }
};

constinit const descent::Op twice_op = descent::make_op<Twice>();

int main() {}
