import DefaultTheme from 'vitepress/theme-without-fonts'
import './style.css'
import './tables.css'
import './code.css'
import './picture.css'
import './home.css'

export default DefaultTheme
