// expect: fields: a member of this type is a C array
#include <descent/autodiff/tree/tree.hpp>

struct Model {
  descent::Tensor weights[2];
  descent::Tensor bias;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
