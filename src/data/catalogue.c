#include "lenet.h"

/* MNIST: LeCun, Cortes, Burges. Fashion-MNIST: Xiao, Rasul, Vollgraf 2017. Mirrors pack the files
 * differently, so the hashes are those of the unpacked bytes. */
static const lenet_known_set known_sets[] = {
    {
        .name = "mnist",
        .description = "handwritten digits, 60,000 to train and 10,000 to test, 28x28",
        .file = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                 "t10k-labels-idx1-ubyte"},
        .sha256 = {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                   "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                   "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                   "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
        .bytes = {47040016, 60008, 7840016, 10008},
        .mirror = {"https://ossci-datasets.s3.amazonaws.com/mnist/",
                   "https://storage.googleapis.com/cvdf-datasets/mnist/"},
        .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
    },
    {
        .name = "fashion-mnist",
        .description = "articles of clothing, 60,000 to train and 10,000 to test, 28x28",
        .file = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                 "t10k-labels-idx1-ubyte"},
        .sha256 = {"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                   "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                   "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                   "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
        .bytes = {47040016, 60008, 7840016, 10008},
        .mirror = {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                   "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"},
        .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                    "Sneaker", "Bag", "Ankle boot"},
    },
};

const lenet_known_set *lenet_catalogue(size_t *count)
{
  *count = sizeof known_sets / sizeof *known_sets;
  return known_sets;
}
