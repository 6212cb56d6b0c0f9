// expect: a member is a reference
#include <descent/autodiff/tree/tree.hpp>

struct Model {
  descent::Tensor& weight;
  descent::Tensor bias;
};

descent::Tensor weight;

int main() { return static_cast<int>(descent::tree::leaves(Model{weight, weight}).size()); }
