import {
  to = c2d_data_nft.tumours
  id = "11155111/0x7358776DACe83a4b48E698645F32B043481daCBA"
}
