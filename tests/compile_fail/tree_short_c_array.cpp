// expect: fields: a member of this type is a C array
#include <descent/autodiff/tree/tree.hpp>

struct Model {
  descent::Tensor weights[1];
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
