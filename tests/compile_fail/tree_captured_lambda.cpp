// expect: fields: this type is no aggregate
#include <descent/autodiff/tree/tree.hpp>

int main() {
  const descent::Tensor weight;
  const auto layer = [weight] { return weight; };
  return static_cast<int>(descent::tree::leaves(layer).size());
}
