#include <descent/nn/chain.hpp>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::nn {
namespace {

Tensor run(auto& layers, Tensor x) {
  for (auto& layer : layers) x = layer(x);
  return x;
}

}  // namespace

std::string detail::short_type_name(std::string_view signature) {
  // "... type_name() [with T = descent::v1::nn::Linear; ...]" (g++), "... [T = descent::nn::Linear]" (clang)
  const std::size_t begin = signature.find("T = ") + 4;
  std::string_view name = signature.substr(begin, signature.find_first_of(";]", begin) - begin);
  if (name.find("lambda") != std::string_view::npos || name.find("(*)") != std::string_view::npos) return "function";
  name = name.substr(0, name.find('<'));
  return std::string(name.substr(name.rfind(':') + 1));  // all of it where there is no colon
}

void detail::throw_changes_state(const std::string& layer) {
  throw ValueError("chain: layer " + layer +
                   " changes its state when called, and the chain is const; take the chain as a reference that is not const");
}

Tensor Chain::operator()(const Tensor& x) { return run(layers_, x); }
Tensor Chain::operator()(const Tensor& x) const { return run(layers_, x); }

}  // namespace descent::inline v1::nn
