import './tokens.css';
import './base.css';
import './lobby.css';
import './stage.css';
import './bar.css';
import './panels.css';
