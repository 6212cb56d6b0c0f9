// expect: fields: a member of this type is const or refers to a const value
#include <descent/autodiff/tree/tree.hpp>

struct Model {
  descent::Tensor bias;
  const descent::Tensor& weight;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{{}, {}}).size()); }
